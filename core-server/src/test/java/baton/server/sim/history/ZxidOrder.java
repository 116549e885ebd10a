package baton.server.sim.history;

import baton.protocol.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges in which order zxids were shown: nothing is older than what anybody had seen before it was asked, as far as that is
 * promised, HC-3 and HC-6, nor than what its session had seen, HC-4. Needs no model.
 */
final class ZxidOrder {
    private final Map<Operation, Long> seenBefore = new IdentityHashMap<>();

    /** Looks at all that was asked, in the order of the calls. */
    void check(List<Operation> operations) {
        realTime(operations);
        sessionOrder(operations);
    }

    private void realTime(List<Operation> operations) {
        List<Operation> byReturn = new ArrayList<>(operations);
        byReturn.removeIf(each -> !each.isAnswered());
        byReturn.sort(Comparator.comparingLong(Operation::returned));
        long newest = 0;
        int next = 0;
        for (Operation each : operations) {
            while (next < byReturn.size() && byReturn.get(next).returned() < each.called()) {
                newest = Math.max(newest, byReturn.get(next++).zxid());
            }
            seenBefore.put(each, newest);
            if (each.request() instanceof Request.Sync && each.isAnswered()) {
                Violation.check(
                        each.zxid() >= newest, "HC-6", "%s, but zxid %d was seen before it was sent", each, newest);
            }
        }
    }

    private static void sessionOrder(List<Operation> operations) {
        Map<Long, Operation> last = new HashMap<>();
        for (Operation each : operations) {
            if (!each.isAnswered()) {
                continue;
            }
            Operation before = last.put(each.session(), each);
            if (before != null) {
                Violation.check(each.zxid() >= before.zxid(), "HC-4", "%s came after %s", each, before);
            }
        }
    }

    /** A write happened at that zxid. */
    void requireNew(Operation asked, long zxid) {
        long seen = seenBefore(asked);
        Violation.check(zxid > seen, "HC-3", "%s happened at %d, but %d was seen before it", asked, zxid, seen);
    }

    /** A write was refused by what there was at that zxid. */
    void requireNotOld(Operation asked, long zxid) {
        long seen = seenBefore(asked);
        Violation.check(zxid >= seen, "HC-3", "%s, but zxid %d was seen before it was sent", asked, seen);
    }

    /** Returns 0 if nobody has looked. */
    private long seenBefore(Operation asked) {
        return seenBefore.getOrDefault(asked, 0L);
    }
}
