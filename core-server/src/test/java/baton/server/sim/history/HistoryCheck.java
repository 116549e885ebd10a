package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Zxid;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges a history: HC-1 to HC-10 of {@code reliability.md} as far as one server goes. Stops at the first violation.
 *
 * <p>The log is replayed on a {@link ModelStore} that decides about every request anew. Each write has to be what the model
 * makes of the client's request at that place, each answer what the model would answer, and each read what the model shows
 * at the zxid of its header.
 */
public final class HistoryCheck {
    /**
     * What was found without being wrong.
     *
     * @param doneInDoubt writes that were never answered, and yet happened
     * @param vanished nodes that the server deleted by itself
     * @param eventsKept events of which a watcher had no right to know
     * @param besideTriggers watches that were set when what fired them was decided already
     */
    public record Findings(int doneInDoubt, int vanished, int eventsKept, int besideTriggers) {}

    private record Key(long session, int xid) {}

    private final Era era;
    private final Chronicle chronicle;
    private final ModelBounds bounds;
    private final ModelStore model;
    private final RoomCheck room;
    private final ZxidOrder order = new ZxidOrder();
    private final Map<Key, Operation> writes = new HashMap<>();
    private final Map<Key, Long> logged = new HashMap<>();
    private final Map<Key, Long> placeOf = new HashMap<>();
    private final Map<Long, Integer> lastXid = new HashMap<>();
    private final TreeMap<Long, List<Operation>> readsAt = new TreeMap<>();
    private final Map<Operation, Missed> missed = new IdentityHashMap<>();
    private final List<List<Happening>> happened = new ArrayList<>();
    private int operationsKnown;
    private long replayedZxid;
    private int doneInDoubt;
    private int vanished;
    private int eventsKept;
    private int besideTriggers;

    /** Makes a judge who has seen nothing yet of the present era. */
    public HistoryCheck(History history, ModelBounds bounds) {
        this(history.era(), bounds);
    }

    /** Makes a judge who has seen nothing yet. */
    public HistoryCheck(Era era, ModelBounds bounds) {
        this.era = era;
        this.chronicle = era.chronicle();
        this.replayedZxid = chronicle.firstZxid() - 1;
        this.bounds = bounds;
        this.model = beginning(era, bounds);
        this.room = new RoomCheck(bounds, era);
    }

    private static ModelStore beginning(Era era, ModelBounds bounds) {
        Era.Moment origin = era.origin();
        if (origin == null) {
            return new ModelStore(bounds);
        }
        HistoryCheck earlier = new HistoryCheck(origin.era(), bounds);
        earlier.learn();
        earlier.replay(false, origin.zxid());
        long last =
                earlier.model.endSessions(Zxid.pack(Zxid.epochOf(era.chronicle().firstZxid()), 0));
        check(
                last == era.chronicle().firstZxid() - 1,
                "G-18",
                "the ends of all sessions of what was restored lead to zxid %d, but it is said to be of %d",
                last,
                era.chronicle().firstZxid() - 1);
        return earlier.model;
    }

    /**
     * Checks everything that is known, once.
     *
     * @throws Violation naming the first rule that is broken
     */
    public Findings run() {
        learn();
        sort();
        order.check(era.operations());
        new OneImage().check(era.conversations());
        replay(true, chronicle.lastZxid());
        acknowledged();
        for (Conversation each : era.conversations()) {
            WatchCheck watches = new WatchCheck(each, happened, missed, chronicle, bounds.watchesMax());
            eventsKept += watches.run();
            besideTriggers += watches.besideTriggers();
        }
        return new Findings(doneInDoubt, vanished, eventsKept, besideTriggers);
    }

    /**
     * Replays what was logged since the last time, and returns what a server that has it all must hold.
     *
     * <p>To be called when the server has just recovered: what it has then it will never lose.
     */
    public List<String> expectedState() {
        learn();
        replay(false, chronicle.lastZxid());
        model.quotas().restarted();
        return model.dump();
    }

    /** Says whether there is a quota inside another, by what is known. */
    public boolean hasQuotaInsideAnother() {
        return model.quotas().isOneInsideAnother();
    }

    /** Takes in what was asked and logged since the last time. HC-7 first, since what happens twice breaks other rules too. */
    private void learn() {
        List<Operation> operations = era.operations();
        for (; operationsKnown < operations.size(); operationsKnown++) {
            Operation each = operations.get(operationsKnown);
            if (each.request().opCode().kind() == OpCode.Kind.WRITE) {
                writes.put(keyOf(each), each);
            }
        }
        for (long zxid = replayedZxid + 1; zxid <= chronicle.lastZxid(); zxid++) {
            Key key = keyOf(chronicle.entry(zxid));
            Long before = logged.put(key, zxid);
            check(
                    before == null || !writes.containsKey(key),
                    "HC-7",
                    "%s happened at zxid %d and again at %d",
                    writes.get(key),
                    before,
                    zxid);
        }
    }

    private static Key keyOf(Operation operation) {
        return new Key(operation.session(), operation.xid());
    }

    private static Key keyOf(TxnEntry entry) {
        return new Key(entry.header().sessionId(), entry.header().cxid());
    }

    private void sort() {
        for (Operation each : era.operations()) {
            boolean isLogged = logged.containsKey(keyOf(each));
            if (each.form() != Form.WHOLE) {
                spoiled(each);
            } else if (isRefusedWrite(each) && !isLogged) {
                writes.remove(keyOf(each));
                readsAt.computeIfAbsent(each.zxid(), zxid -> new ArrayList<>()).add(each);
            } else if (each.request().opCode().kind() != OpCode.Kind.WRITE && each.isAnswered()) {
                readsAt.computeIfAbsent(each.zxid(), zxid -> new ArrayList<>()).add(each);
            }
        }
    }

    private static void spoiled(Operation operation) {
        boolean asItShould = operation.form() == Form.CUT_SHORT
                ? !operation.isAnswered() || operation.error() == ErrorCode.MARSHALLING_ERROR.code()
                : !operation.isAnswered();
        check(asItShould, "BI-23", "%s", operation);
    }

    private static boolean isRefusedWrite(Operation operation) {
        return operation.isAnswered()
                && operation.request().opCode().kind() == OpCode.Kind.WRITE
                && (operation.error() != 0
                        || !RoomCheck.errorsOfParts(operation).isEmpty());
    }

    // HC-1, HC-2, HC-5, HC-7, HC-8.

    private void replay(boolean withDigests, long upTo) {
        if (happened.isEmpty()) {
            happened.add(List.of());
            room.measure(model);
            reads(replayedZxid);
        }
        while (replayedZxid < upTo) {
            long zxid = ++replayedZxid;
            TxnEntry entry = chronicle.entry(zxid);
            happened.add(List.copyOf(apply(entry)));
            room.measure(model);
            check(
                    !withDigests
                            || entry.digest() == null
                            || entry.digest().treeDigest() == model.tree().digest(),
                    "INV-8",
                    "the tree after %s is not what the model says",
                    entry);
            reads(zxid);
        }
        check(
                !withDigests || readsAt.isEmpty(),
                "HC-5",
                "%s was answered at a zxid that the history does not have",
                readsAt.isEmpty() ? "" : readsAt.lastEntry().getValue());
    }

    private List<Happening> apply(TxnEntry entry) {
        long session = entry.header().sessionId();
        if (entry.txn() instanceof Txn.CreateSession create) {
            check(model.open(session, create.timeoutMillis()), "G-18", "session %x begins twice: %s", session, entry);
            return List.of();
        }
        if (entry.txn() instanceof Txn.DeleteContainer delete && session == 0) {
            check(model.mayVanish(delete.path()), "HC-2", "nobody asked for %s, and the node may not vanish", entry);
            check(
                    model.isOldEnough(delete.path(), chronicle.appendedAt(entry.zxid())),
                    "CLK-2",
                    "%s comes before the time of the node is over",
                    entry);
            this.vanished++;
            return model.vanish(delete.path(), entry.zxid());
        }
        check(model.sessions().containsKey(session), "G-18", "%s belongs to no session that is open", entry);
        if (entry.txn() instanceof Txn.CloseSession close) {
            return close(entry, close);
        }
        Operation asked = asked(entry);
        check(asked != null, "HC-2", "nobody asked for %s", entry);
        return written(entry, asked);
    }

    private List<Happening> close(TxnEntry entry, Txn.CloseSession close) {
        long session = entry.header().sessionId();
        if (entry.header().cxid() != 0) {
            check(asked(entry) != null, "HC-2", "nobody asked for %s", entry);
        }
        List<String> paths = close.paths() == null ? List.of() : close.paths();
        check(
                new TreeSet<>(paths).equals(model.tree().ephemeralsOf(session)),
                "G-18",
                "%s, but the session owns %s",
                entry,
                model.tree().ephemeralsOf(session));
        return model.close(session, paths, entry.zxid());
    }

    private @Nullable Operation asked(TxnEntry entry) {
        Key key = keyOf(entry);
        Operation asked = writes.get(key);
        if (asked == null) {
            return null;
        }
        check(asked.form() == Form.WHOLE, "BI-23", "%s happened at zxid %d", asked, entry.zxid());
        placeOf.put(key, entry.zxid());
        int last = lastXid.getOrDefault(key.session, 0);
        check(key.xid > last, "HC-7", "%s happened at zxid %d, behind xid %d", asked, entry.zxid(), last);
        lastXid.put(key.session, key.xid);
        order.requireNew(asked, entry.zxid());
        doneInDoubt += asked.isAnswered() ? 0 : 1;
        return asked;
    }

    private List<Happening> written(TxnEntry entry, Operation asked) {
        Outcome expected = model.write(asked, entry);
        check(!model.wasOwnedTooMuch(), "LIM-8", "%s became %s, but the session owns all it may", asked, entry);
        boolean refused = entry.txn() instanceof Txn.Failed;
        if (!expected.events().isEmpty()) {
            room.grown(asked, entry.zxid());
        }
        check(refused == (expected.error() != 0), "HC-2", "%s became %s, the model says %s", asked, entry, expected);
        if (asked.isAnswered()) {
            check(asked.zxid() == entry.zxid(), "HC-2", "%s happened at zxid %d", asked, entry.zxid());
            check(
                    asked.error() == 0 || expected.error() != 0,
                    "HC-8",
                    "%s was refused, and yet it happened: %s",
                    asked,
                    entry);
            compare("HC-2", asked, expected);
            room.told(asked);
        }
        return expected.events();
    }

    private void acknowledged() {
        for (Operation each : writes.values()) {
            boolean isThere = each.form() != Form.WHOLE || placeOf.containsKey(keyOf(each));
            check(!each.isAnswered() || isThere, "HC-2", "%s is not in the history", each);
        }
    }

    private void reads(long zxid) {
        // What was asked over a connection to an earlier process was answered by that.
        long restartedAt = chronicle.restartedAt(zxid);
        List<Operation> here = Objects.requireNonNullElse(readsAt.remove(zxid), List.of());
        reads(zxid, here.stream().filter(each -> each.called() < restartedAt).toList());
        if (restartedAt != Long.MAX_VALUE) {
            model.quotas().restarted();
            reads(
                    zxid,
                    here.stream().filter(each -> each.called() > restartedAt).toList());
        }
    }

    private void reads(long zxid, List<Operation> operations) {
        for (Operation each : operations) {
            Request request = each.request();
            Request.SetWatches2 set = Missed.askedBy(request);
            if (request.opCode().kind() == OpCode.Kind.WRITE) {
                order.requireNotOld(each, zxid);
                Outcome expected = model.refuse(each, zxid);
                room.refusedUnlogged(each, zxid, expected, model.wasOwnedTooMuch());
            } else if (each.error() == ErrorCode.SESSION_EXPIRED.code()) {
                check(chronicle.wasEnding(each.session()), "HC-5", "%s, but the session is not at its end", each);
            } else if (each.error() == ErrorCode.QUOTA_EXCEEDED.code() && WatchModel.isForOne(request)) {
                // One watch too many: that is judged connection by connection.
                continue;
            } else if (set != null) {
                missed.put(each, model.missed(set, each));
            } else if (request.opCode().kind() == OpCode.Kind.READ || request instanceof Request.WhoAmI) {
                compare("HC-5", each, model.read(each));
            }
        }
    }

    private static void compare(String rule, Operation asked, Outcome expected) {
        check(expected.isAnswerOf(asked), rule, "%s, the model says %s", asked, expected);
    }
}
