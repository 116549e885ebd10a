package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.server.sim.history.Conversation.Receipt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges the watch events of one connection, rule G-16: walks through what came over it and through the history beside it,
 * with the model's watches. At every answer all events up to its zxid must have come; every event that comes must be the
 * next one that the model fires.
 */
final class WatchCheck {
    private static final String RULE = "G-16";

    private final Conversation conversation;
    private final List<List<WatchEvent>> happened;
    private final Map<Operation, List<WatchEvent>> missed;
    private final WatchModel watches = new WatchModel();
    private final List<WatchEvent> toldMissed = new ArrayList<>();

    // Where in the history this connection is: behind so many events of a transaction.
    private long zxid;
    private int behind;

    WatchCheck(Conversation conversation, List<List<WatchEvent>> happened, Map<Operation, List<WatchEvent>> missed) {
        this.conversation = conversation;
        this.happened = happened;
        this.missed = missed;
    }

    void run() {
        for (Receipt each : conversation.receipts()) {
            if (each.answered() != null) {
                answered(each.answered());
            } else if (each.zxid() < 0) {
                toldMissed.add(each.event());
            } else {
                told(each);
            }
        }
    }

    private void told(Receipt receipt) {
        WatchEvent due = next(receipt.zxid());
        check(
                receipt.event().equals(due) && zxid == receipt.zxid(),
                RULE,
                "session %x was told %s of zxid %d, the model says %s at zxid %d",
                conversation.session(),
                receipt.event(),
                receipt.zxid(),
                due,
                zxid);
    }

    private void answered(Operation operation) {
        WatchEvent due = next(operation.zxid());
        check(due == null, RULE, "%s came before %s of zxid %d", operation, due, zxid);
        if (operation.request() instanceof Request.SetWatches2 set && operation.error() == 0) {
            List<WatchEvent> expected = missed.getOrDefault(operation, List.of());
            check(toldMissed.equals(expected), RULE, "%s told %s, missed was %s", operation, toldMissed, expected);
            watches.register(set, paths(expected, false), paths(expected, true));
        } else {
            watches.register(operation);
        }
        check(
                toldMissed.isEmpty() || operation.request() instanceof Request.SetWatches2,
                RULE,
                "session %x was told %s without having asked",
                conversation.session(),
                toldMissed);
        toldMissed.clear();
    }

    private static Set<String> paths(List<WatchEvent> events, boolean children) {
        Set<String> paths = new HashSet<>();
        for (WatchEvent each : events) {
            boolean ofChildren = each.type() == EventType.NODE_CHILDREN_CHANGED;
            if (ofChildren == children || each.type() == EventType.NODE_DELETED) {
                paths.add(each.path());
            }
        }
        return paths;
    }

    /** Goes on to the next event that this connection must be told of, up to a zxid; null if there is none. */
    private WatchEvent next(long lastZxid) {
        while (zxid <= lastZxid && zxid < happened.size()) {
            List<WatchEvent> events = happened.get((int) zxid);
            while (behind < events.size()) {
                WatchEvent each = events.get(behind++);
                if (watches.fires(each)) {
                    return each;
                }
            }
            if (zxid == lastZxid) {
                return null;
            }
            zxid++;
            behind = 0;
        }
        return null;
    }
}
