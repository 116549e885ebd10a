package baton.server.request;

import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.tree.NodeState;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client is answered when its transaction is applied. */
final class Responses {
    private Responses() {}

    /**
     * Makes the answer to a part of a multi that was carried out.
     *
     * @param node the node that it created or changed
     */
    static Response of(OpCode operation, Txn txn, @Nullable NodeState node) {
        String created = createdPath(txn);
        if (created != null) {
            return operation == OpCode.CREATE
                    ? new Response.Created(created)
                    : new Response.CreatedWithStat(created, stat(txn, node));
        }
        return node == null ? Response.Empty.INSTANCE : new Response.StatOnly(node.stat());
    }

    /** Makes the answer to a multi that fails and is not even logged. */
    static Response.Multi ofFailed(Txn.Multi multi) {
        List<MultiResult> results = new ArrayList<>(multi.parts().size());
        for (Txn.Sub each : multi.parts()) {
            results.add(new MultiResult.Failed(each instanceof Txn.Failed failed ? failed.error() : 0));
        }
        return new Response.Multi(results);
    }

    /** Returns what the transaction creates; null if it does not create anything. */
    static @Nullable String createdPath(Txn txn) {
        if (txn instanceof Txn.Create create) {
            return create.path();
        }
        if (txn instanceof Txn.CreateContainer create) {
            return create.path();
        }
        return txn instanceof Txn.CreateTtl create ? create.path() : null;
    }

    private static Stat stat(Txn txn, @Nullable NodeState node) {
        if (node == null) {
            throw new IllegalStateException(txn.type() + " was applied without a node to show");
        }
        return node.stat();
    }
}
