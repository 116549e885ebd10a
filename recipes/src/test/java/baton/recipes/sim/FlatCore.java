package baton.recipes.sim;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.testkit.sim.SimulatedStore;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * A core without directories, as far as single reads and transactions go: what is empty and nobody's is only there by
 * what is in it, and is no node before it is created.
 */
public final class FlatCore extends WrappedCore {
    private final SimulatedStore store;

    public FlatCore(CoordinationCore core, SimulatedStore store) {
        super(core);
        this.store = store;
    }

    @Override
    Object called(CoreSession session, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "read" -> session.read((NodePath) arguments[0]).thenApply(FlatCore::withoutDirectory);
            case "commit" -> session.commit(flat((Txn) arguments[0]));
            default -> passedOn(session, method, arguments);
        };
    }

    private static Optional<Node> withoutDirectory(Optional<Node> found) {
        return found.filter(node -> !isDirectory(node));
    }

    private static boolean isDirectory(Node node) {
        return node.data().equals(Payload.EMPTY) && node.stat().owner().isEmpty();
    }

    private boolean hasNoOwner(NodePath path) {
        return store.node(path.toString())
                .filter(node -> node.stat().owner().isEmpty())
                .isPresent();
    }

    private Txn flat(Txn txn) {
        return new Txn(txn.ops().stream().map(this::flat).toList());
    }

    private Txn.Op flat(Txn.Op op) {
        boolean directory =
                store.node(op.path().toString()).filter(FlatCore::isDirectory).isPresent();
        if (directory && op instanceof Txn.Write) {
            // Refused at this place of the transaction, because there is nothing to write to.
            return new Txn.Require(op.path().child("nothing"));
        }
        if (!directory && op instanceof Txn.Delete && hasNoOwner(op.path())) {
            // What is in it stays, so it goes on as a directory.
            return new Txn.Write(op.path(), Payload.EMPTY, Expect.ANY);
        }
        if (directory
                && op instanceof Txn.Create create
                && create.spec().ordering().isEmpty()) {
            return new Txn.Write(op.path(), create.spec().data(), Expect.ANY);
        }
        return op;
    }
}
