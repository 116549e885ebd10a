package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.history.ModelBounds.Space;
import baton.server.txn.LogSpace.Level;
import java.util.List;

/**
 * Judges whether there was room for what was let in, and none for what was refused without a trace in the log: of what a
 * session may own, LIM-8, of the tree's size by {@link TreeSizes}, and of the disk by {@link SpaceLooks}. Quotas leave
 * traces, and are the model's.
 */
final class RoomCheck {
    private final ModelBounds bounds;
    private final SpaceLooks space;
    private final TreeSizes sizes;
    private final long firstZxid;

    RoomCheck(ModelBounds bounds, Era era) {
        this.bounds = bounds;
        this.space = era.space();
        this.sizes = new TreeSizes(bounds.treeBytesMax());
        this.firstZxid = era.chronicle().firstZxid();
    }

    /** The model has done the next transaction; the first time, none yet. */
    void measure(ModelStore model) {
        if (isTreeBounded()) {
            sizes.add(model.tree().memoryBytes());
        }
    }

    /** Says whether it is for the tree's size alone if there is no room. */
    private boolean isTreeBounded() {
        return bounds.space() == Space.GROWTH && bounds.treeBytesMax() != Long.MAX_VALUE;
    }

    private int transactionsUpTo(long zxid) {
        return (int) (zxid - firstZxid + 1);
    }

    private static int oldestLookBefore(int place) {
        return Math.max(0, place - ModelQuotas.OUTSTANDING_MAX);
    }

    // What was let in.

    /** The request has happened at that zxid, and led to something. */
    void grown(Operation asked, long zxid) {
        if (isTreeBounded() && makesNodes(asked.request())) {
            int place = transactionsUpTo(zxid - 1);
            sizes.grown(place, oldestLookBefore(place), asked);
        }
    }

    /** Somebody was told that it has. */
    void told(Operation asked) {
        if (makesNodes(asked.request())) {
            space.grown(asked);
        }
    }

    // What was refused.

    /**
     * A write was refused without a trace: for nodes that its session may not own, for want of room, or, if it would only
     * delete, on a disk that is full. What decides is what the transactions up to the zxid of the answer leave, all of them
     * and no other, whether they were in the tree by then or on their way to the disk. Of the tree's size only what is
     * applied counts, as {@link TreeSizes} says. Where the disk may be full a single request may be refused for that whatever
     * its session owns, as {@link SpaceLooks} says.
     *
     * @param expected what the model says there
     * @param isOwnedTooMuch whether it says that since the session would own too many nodes
     */
    void refusedUnlogged(Operation asked, long zxid, Outcome expected, boolean isOwnedTooMuch) {
        if (isOwnedTooMuch && expected.isAnswerOf(asked)) {
            return;
        }
        if (asked.error() == ErrorCode.QUOTA_EXCEEDED.code() && mayLackRoom(asked.request())) {
            if (isTreeBounded()) {
                int place = transactionsUpTo(zxid);
                sizes.refused(place, oldestLookBefore(place), asked);
            } else {
                refusedForSpace(asked);
            }
        } else if (bounds.space() == Space.ANYTHING && onlyDeletes(asked.request())) {
            check(expected.isAnswerOf(asked), "HC-8", "%s, the model says %s", asked, expected);
            space.refused(asked, Level.SPENT);
        } else {
            String rule = isRefusedForWhatIsOwned(asked) ? "LIM-8" : "HC-2";
            throw new Violation(rule, asked + " is not in the history, the model says " + expected);
        }
    }

    private void refusedForSpace(Operation asked) {
        boolean isGrowth = mayGrow(asked.request());
        boolean mayBeTheTree = isGrowth && bounds.treeBytesMax() != Long.MAX_VALUE;
        if (bounds.space() == Space.ANYTHING && !mayBeTheTree) {
            space.refused(asked, isGrowth ? Level.LOW : Level.SPENT);
        }
    }

    private boolean mayLackRoom(Request request) {
        return bounds.space() == Space.ANYTHING || bounds.space() == Space.GROWTH && mayGrow(request);
    }

    private static boolean isRefusedForWhatIsOwned(Operation asked) {
        int error = ErrorCode.QUOTA_EXCEEDED.code();
        return makesEphemerals(asked.request())
                && (asked.error() == error || errorsOfParts(asked).contains(error));
    }

    /** Returns those of a multi that was refused. */
    static List<Integer> errorsOfParts(Operation operation) {
        return operation.response() instanceof Response.Multi multi
                ? multi.results().stream()
                        .filter(MultiResult.Failed.class::isInstance)
                        .map(each -> ((MultiResult.Failed) each).error())
                        .toList()
                : List.of();
    }

    // What requests do.

    private static boolean onlyDeletes(Request request) {
        return request instanceof Request.Delete
                || request instanceof Request.Check
                || request instanceof Request.Multi multi
                        && multi.ops().stream().allMatch(RoomCheck::onlyDeletes);
    }

    private static boolean makesEphemerals(Request request) {
        return request instanceof Request.Create create
                        && (create.flags() == CreateMode.EPHEMERAL.flags()
                                || create.flags() == CreateMode.EPHEMERAL_SEQUENTIAL.flags())
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(RoomCheck::makesEphemerals);
    }

    private static boolean makesNodes(Request request) {
        return request instanceof Request.Create
                || request instanceof Request.CreateTtl
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(RoomCheck::makesNodes);
    }

    private static boolean mayGrow(Request request) {
        return makesNodes(request)
                || request instanceof Request.SetData
                || request instanceof Request.SetAcl
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(RoomCheck::mayGrow);
    }
}
