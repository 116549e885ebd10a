package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.server.sim.history.Conversation.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges the watch events of one connection, rule G-16: walks through what came over it and through the history beside it,
 * with the model's watches. At every answer all events up to its zxid must have come; every event that comes must be the
 * next one that the model fires, and one that its client may know of, rule SEC-23.
 *
 * <p>What happens while a client proves who it is, it may be told or not: the writer looks who it is at a time of its own.
 * That is over with the next answer that was read beside the writer.
 */
final class WatchCheck {
    private static final String RULE = "G-16";
    private static final Missed NOTHING = new Missed(List.of(), Set.of(), Set.of(), Set.of());

    private final Conversation conversation;
    private final List<List<Happening>> happened;
    private final Map<Operation, Missed> missed;
    private final Chronicle chronicle;
    private final WatchModel watches;
    private final Map<String, Operation> setBy = new HashMap<>();
    private final List<WatchEvent> toldMissed = new ArrayList<>();
    private Caller before;
    private Caller now;
    private int kept;
    private int besideTriggers;

    // Where in the history this connection is: behind so many events of a transaction.
    private long zxid;
    private int behind;

    /**
     * @param happened what watchers learn: before the first transaction, at that, and so on
     * @param watchesMax how many paths a connection may watch
     */
    WatchCheck(
            Conversation conversation,
            List<List<Happening>> happened,
            Map<Operation, Missed> missed,
            Chronicle chronicle,
            int watchesMax) {
        this.watches = new WatchModel(watchesMax);
        this.chronicle = chronicle;
        this.zxid = chronicle.firstZxid() - 1;
        this.conversation = conversation;
        this.happened = happened;
        this.missed = missed;
        this.before = conversation.caller();
        this.now = before;
    }

    /** Returns how often there was a watch and no right to be told. */
    int run() {
        for (Receipt each : conversation.receipts()) {
            if (each.answered() != null) {
                answered(each.answered());
            } else if (each.watches() != null) {
                held(each.watches(), each.zxid());
            } else if (each.zxid() < 0) {
                toldMissed.add(each.event());
            } else {
                told(each);
            }
        }
        return kept;
    }

    /** Returns how often what fires a watch was decided already when it was set. */
    int besideTriggers() {
        return besideTriggers;
    }

    private void told(Receipt receipt) {
        Happening due = next(receipt.zxid(), receipt.event());
        check(
                due != null && receipt.event().equals(due.event()) && zxid == receipt.zxid(),
                RULE,
                "session %x was told %s of zxid %d, the model says %s at zxid %d",
                conversation.session(),
                receipt.event(),
                receipt.zxid(),
                due,
                zxid);
        Operation set = setBy.remove(receipt.event().path());
        if (set != null && chronicle.appendedAt(receipt.zxid()) < set.returned()) {
            besideTriggers++;
        }
    }

    /** What fires by then, told of or still on its way, is held no longer: rule INV-13. */
    private void held(HeldWatches held, long lastZxid) {
        WatchModel then = watches.copy();
        for (long at = zxid; at <= lastZxid; at++) {
            List<Happening> events = happened.get((int) (at - chronicle.firstZxid() + 1));
            for (Happening each : events.subList(at == zxid ? behind : 0, events.size())) {
                then.fires(each.event());
            }
        }
        check(
                held.equals(then.held()),
                "INV-13",
                "at zxid %d the server holds %s for session %x, the model says %s",
                lastZxid,
                held,
                conversation.session(),
                then.held());
    }

    private void answered(Operation operation) {
        Request request = operation.request();
        if (request instanceof Request.Auth auth) {
            boolean isProven = operation.error() == 0 && auth.scheme().equals("digest");
            now = isProven ? now.proving(auth.proof().utf8()) : now;
            return;
        }
        if (request instanceof Request.Sasl login) {
            now = operation.error() == 0 ? now.loggingIn(login.token()) : now;
            return;
        }
        Happening due = next(operation.zxid(), null);
        check(due == null, RULE, "%s came before %s of zxid %d", operation, due, zxid);
        OpCode.Kind kind = request.opCode().kind();
        if (kind == OpCode.Kind.READ || kind == OpCode.Kind.LOCAL) {
            before = now;
        }
        Request.SetWatches2 set = Missed.askedBy(request);
        boolean isTooMany = operation.error() == ErrorCode.QUOTA_EXCEEDED.code();
        if (set != null && (operation.error() == 0 || isTooMany)) {
            Missed expected = missed.getOrDefault(operation, NOTHING);
            check(
                    toldMissed.equals(expected.events()),
                    RULE,
                    "%s told %s, missed was %s",
                    operation,
                    toldMissed,
                    expected);
            requireRefused(operation, !watches.register(set, expected));
            toldMissed.clear();
        } else if (operation.error() != ErrorCode.SESSION_EXPIRED.code()) {
            looked(operation);
            String path = WatchModel.watchedBy(operation);
            boolean wasRegistered = path != null && watches.register(path, operation.request());
            requireRefused(operation, path != null && !wasRegistered);
            if (wasRegistered) {
                setBy.put(path, operation);
            }
        }
        check(
                toldMissed.isEmpty(),
                RULE,
                "session %x was told %s without having asked",
                conversation.session(),
                toldMissed);
    }

    private static void requireRefused(Operation operation, boolean isTooMany) {
        boolean wasRefused =
                operation.error() == ErrorCode.QUOTA_EXCEEDED.code() && isAboutWatches(operation.request());
        check(
                wasRefused == isTooMany,
                "LIM-9",
                "%s, the model says that it is a watch too many: %s",
                operation,
                isTooMany);
    }

    private static boolean isAboutWatches(Request request) {
        return WatchModel.isForOne(request) || Missed.askedBy(request) != null;
    }

    /** Judges what a client is told of its own watches. */
    private void looked(Operation operation) {
        if (operation.form() != Operation.Form.WHOLE) {
            return;
        }
        if (operation.request() instanceof Request.CheckWatches check) {
            requireHad(operation, watches.has(check.path(), check.type()));
        } else if (operation.request() instanceof Request.RemoveWatches remove) {
            requireHad(operation, watches.has(remove.path(), remove.type()));
            watches.remove(remove.path(), remove.type());
        }
    }

    private static void requireHad(Operation operation, boolean had) {
        int expected = had ? 0 : ErrorCode.NO_WATCHER.code();
        check(operation.error() == expected, RULE, "%s, the model has such watches: %s", operation, had);
    }

    /** Goes on to the next event that this connection must be told of, up to a zxid; null if there is none. */
    private @Nullable Happening next(long lastZxid, @Nullable WatchEvent told) {
        while (zxid <= lastZxid && zxid <= chronicle.lastZxid()) {
            List<Happening> events = happened.get((int) (zxid - chronicle.firstZxid() + 1));
            while (behind < events.size()) {
                Happening each = events.get(behind++);
                if (watches.fires(each.event())
                        && isTold(each, zxid == lastZxid && each.event().equals(told))) {
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

    private boolean isTold(Happening happening, boolean wasTold) {
        boolean mustBe = before.may(happening.acl(), Permission.READ);
        boolean mayBe = now.may(happening.acl(), Permission.READ);
        kept += mayBe ? 0 : 1;
        return mustBe || mayBe && wasTold;
    }
}
