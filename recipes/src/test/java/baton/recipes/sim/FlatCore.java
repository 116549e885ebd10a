package baton.recipes.sim;

import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.Txn;
import baton.core.testkit.sim.SimulatedStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A core without directories, as far as single reads and transactions go: what is empty and nobody's is only there by
 * what is in it, and is no node before it is created.
 */
public final class FlatCore implements CoordinationCore {
    private final CoordinationCore core;
    private final SimulatedStore store;

    public FlatCore(CoordinationCore core, SimulatedStore store) {
        this.core = core;
        this.store = store;
    }

    @Override
    public CoreInfo info() {
        return core.info();
    }

    @Override
    public Set<Capability> capabilities() {
        return core.capabilities();
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        return core.openSession(options, observer).thenApply(this::flat);
    }

    @Override
    public void close() {
        core.close();
    }

    private CoreSession flat(CoreSession session) {
        return (CoreSession) Proxy.newProxyInstance(
                CoreSession.class.getClassLoader(), new Class<?>[] {CoreSession.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        return session.read((NodePath) arguments[0]).thenApply(FlatCore::withoutDirectory);
                    }
                    if (method.getName().equals("commit")) {
                        return session.commit(flat((Txn) arguments[0]));
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Optional<Node> withoutDirectory(Optional<Node> found) {
        return found.filter(node -> !isDirectory(node));
    }

    private static boolean isDirectory(Node node) {
        return node.data().equals(Payload.EMPTY) && node.stat().owner().isEmpty();
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
        if (directory
                && op instanceof Txn.Create create
                && create.spec().ordering().isEmpty()) {
            return new Txn.Write(op.path(), create.spec().data(), Expect.ANY);
        }
        return op;
    }
}
