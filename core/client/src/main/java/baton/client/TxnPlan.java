package baton.client;

import baton.client.session.Outcome;
import baton.core.CoreError;
import baton.core.Created;
import baton.core.Expect;
import baton.core.NodePath;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A transaction of the SPI as a multi, and the way back from its results.
 *
 * <p>A multi does its operations in order, and each sees the effect of those before it; the conditions of a transaction
 * are about the state before all of it. So a condition that follows a change of the same path moves in front of it.
 * {@code requireAbsent} becomes a create and a delete, {@code replace} a delete and a create. One that is followed by a
 * create of the same path is left to that create.
 */
final class TxnPlan {
    private final Txn txn;
    private final NodeRequests requests;
    private final List<Request.MultiOp> ops = new ArrayList<>();

    /** For each operation of the multi: the operation of the transaction it stems from. */
    private final List<Integer> origins = new ArrayList<>();

    TxnPlan(Txn txn, NodeRequests requests) {
        this.txn = txn;
        this.requests = requests;
        boolean[] done = new boolean[txn.ops().size()];
        for (int index = 0; index < done.length; index++) {
            conditionsAhead(index, done);
            if (!done[index]) {
                add(index);
            }
        }
    }

    Request.Multi request() {
        return new Request.Multi(ops);
    }

    private void conditionsAhead(int index, boolean[] done) {
        Txn.Op op = txn.ops().get(index);
        if (isCondition(op)
                || op instanceof Txn.Create create && create.spec().ordering().isPresent()) {
            return;
        }
        for (int later = index + 1; later < done.length; later++) {
            Txn.Op condition = txn.ops().get(later);
            if (isCondition(condition) && condition.path().equals(op.path())) {
                add(later);
                done[later] = true;
            }
        }
    }

    private static boolean isCondition(Txn.Op op) {
        return op instanceof Txn.Require || op instanceof Txn.RequireUnchanged || op instanceof Txn.RequireAbsent;
    }

    private void add(int index) {
        Txn.Op op = txn.ops().get(index);
        String path = op.path().toString();
        if (op instanceof Txn.Require) {
            add(index, new Request.Check(path, -1));
        } else if (op instanceof Txn.RequireUnchanged unchanged) {
            add(index, new Request.Check(path, (int) unchanged.seen().dataVersion()));
        } else if (op instanceof Txn.RequireAbsent absent) {
            if (!isCreated(absent.path())) {
                add(index, requests.placeholder(path), new Request.Delete(path, -1));
            }
        } else if (op instanceof Txn.Create create) {
            add(index, requests.create(create.spec()));
        } else if (op instanceof Txn.Write write) {
            add(
                    index,
                    new Request.SetData(path, requests.checked(write.path(), write.data()), version(write.expect())));
        } else if (op instanceof Txn.Delete delete) {
            add(index, new Request.Delete(path, version(delete.expect())));
        } else if (op instanceof Txn.Replace replace) {
            add(index, new Request.Delete(path, version(replace.expect())), requests.create(replace.spec()));
        }
    }

    private void add(int index, Request.MultiOp... expansion) {
        for (Request.MultiOp each : expansion) {
            ops.add(each);
            origins.add(index);
        }
    }

    private boolean isCreated(NodePath path) {
        return txn.ops().stream()
                .anyMatch(op -> op instanceof Txn.Create create
                        && create.spec().ordering().isEmpty()
                        && create.path().equals(path));
    }

    /** What the results of the multi say about the transaction. */
    TxnResult result(Response.Multi response) {
        List<Optional<Created>> created =
                new ArrayList<>(Collections.nCopies(txn.ops().size(), Optional.empty()));
        for (int at = 0; at < response.results().size(); at++) {
            MultiResult result = response.results().get(at);
            int index = origins.get(at);
            if (result instanceof MultiResult.Failed failed && failed.error() != 0) {
                return refused(index, failed);
            }
            boolean wanted =
                    txn.ops().get(index) instanceof Txn.Create || txn.ops().get(index) instanceof Txn.Replace;
            if (wanted
                    && result instanceof MultiResult.Done done
                    && done.response() instanceof Response.CreatedWithStat c) {
                created.set(index, Optional.of(new Created(NodePath.of(c.path()), NodeRequests.stat(c.stat()))));
            }
        }
        return new TxnResult.Committed(created);
    }

    private TxnResult refused(int index, MultiResult.Failed failed) {
        NodePath path = txn.ops().get(index).path();
        ErrorCode known = failed.errorCode();
        CoreError error = Refusals.error(known == null ? ErrorCode.SYSTEM_ERROR : known);
        switch (error) {
            case NO_NODE, NODE_EXISTS, STALE, NOT_EMPTY, DENIED -> {
                return new TxnResult.Refused(index, error, path);
            }
            default -> throw Refusals.exception(new Outcome.Refused(0, failed.error()), path);
        }
    }

    static int version(Expect expect) {
        return expect instanceof Expect.Unchanged unchanged
                ? (int) unchanged.seen().dataVersion()
                : -1;
    }
}
