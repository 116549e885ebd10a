package baton.server.request;

import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.tree.Applied.Outcome;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client is answered when its transaction is applied. */
final class Responses {
    private Responses() {}

    /**
     * Makes the answer to a request that was carried out.
     *
     * @param operation what the client asked for, which may differ from what the log calls it
     */
    static Response of(OpCode operation, Outcome outcome) {
        String created = createdPath(outcome.txn());
        if (created != null) {
            return operation == OpCode.CREATE
                    ? new Response.Created(created)
                    : new Response.CreatedWithStat(created, stat(outcome));
        }
        return outcome.node() == null ? Response.Empty.INSTANCE : new Response.StatOnly(stat(outcome));
    }

    /** Makes the answer to a multi; that it failed stands inside, not in the header. */
    static Response.Multi ofMulti(boolean failed, List<Outcome> outcomes) {
        List<MultiResult> results = new ArrayList<>(outcomes.size());
        for (Outcome each : outcomes) {
            OpCode type = each.txn().type();
            results.add(failed ? new MultiResult.Failed(each.error()) : MultiResult.Done.of(type, of(type, each)));
        }
        return new Response.Multi(results);
    }

    /** Makes the answer to a multi that fails and is not even logged. */
    static Response.Multi ofFailed(Txn.Multi multi) {
        List<MultiResult> results = new ArrayList<>(multi.parts().size());
        for (Txn.Sub each : multi.parts()) {
            results.add(new MultiResult.Failed(each instanceof Txn.Failed failed ? failed.error() : 0));
        }
        return new Response.Multi(results);
    }

    private static @Nullable String createdPath(Txn txn) {
        if (txn instanceof Txn.Create create) {
            return create.path();
        }
        if (txn instanceof Txn.CreateContainer create) {
            return create.path();
        }
        return txn instanceof Txn.CreateTtl create ? create.path() : null;
    }

    private static Stat stat(Outcome outcome) {
        Stat stat = outcome.stat();
        if (stat == null) {
            throw new IllegalStateException(outcome.txn().type() + " was applied without a node to show");
        }
        return stat;
    }
}
