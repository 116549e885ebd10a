package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Zxid;
import baton.server.sim.history.ModelBounds.Space;
import baton.server.sim.history.ModelStore.Outcome;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.LogSpace.Level;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final TreeSizes sizes;
    private final Map<Key, Operation> writes = new HashMap<>();
    private final Map<Key, Long> logged = new HashMap<>();
    private final Map<Key, Long> placeOf = new HashMap<>();
    private final Map<Long, Integer> lastXid = new HashMap<>();
    private final TreeMap<Long, List<Operation>> readsAt = new TreeMap<>();
    private final Map<Operation, Long> seenBefore = new IdentityHashMap<>();
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
        this.sizes = new TreeSizes(bounds.treeBytesMax());
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
        realTime();
        sessionOrder();
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
        model.restarted();
        return model.dump();
    }

    /** Says whether there is a quota inside another, by what is known. */
    public boolean hasQuotaInsideAnother() {
        return model.hasQuotaInsideAnother();
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
                && (operation.error() != 0 || !errorsOfParts(operation).isEmpty());
    }

    /** Returns those of a multi that was refused. */
    private static List<Integer> errorsOfParts(Operation operation) {
        return operation.response() instanceof Response.Multi multi
                ? multi.results().stream()
                        .filter(MultiResult.Failed.class::isInstance)
                        .map(each -> ((MultiResult.Failed) each).error())
                        .toList()
                : List.of();
    }

    // HC-3, HC-6.

    private void realTime() {
        List<Operation> byReturn = new ArrayList<>(era.operations());
        byReturn.removeIf(each -> !each.isAnswered());
        byReturn.sort(Comparator.comparingLong(Operation::returned));
        long newest = 0;
        int next = 0;
        // Operations are in the order of their calls.
        for (Operation each : era.operations()) {
            while (next < byReturn.size() && byReturn.get(next).returned() < each.called()) {
                newest = Math.max(newest, byReturn.get(next++).zxid());
            }
            seenBefore.put(each, newest);
            if (each.request() instanceof Request.Sync && each.isAnswered()) {
                check(each.zxid() >= newest, "HC-6", "%s, but zxid %d was seen before it was sent", each, newest);
            }
        }
    }

    // HC-4.

    private void sessionOrder() {
        Map<Long, Operation> last = new HashMap<>();
        for (Operation each : era.operations()) {
            if (!each.isAnswered()) {
                continue;
            }
            Operation before = last.put(each.session(), each);
            if (before != null) {
                check(each.zxid() >= before.zxid(), "HC-4", "%s came after %s", each, before);
            }
        }
    }

    // HC-1, HC-2, HC-5, HC-7, HC-8.

    private void replay(boolean withDigests, long upTo) {
        if (happened.isEmpty()) {
            happened.add(List.of());
            measure();
            reads(replayedZxid);
        }
        while (replayedZxid < upTo) {
            long zxid = ++replayedZxid;
            TxnEntry entry = chronicle.entry(zxid);
            happened.add(List.copyOf(apply(entry)));
            measure();
            check(
                    !withDigests || entry.digest() == null || entry.digest().treeDigest() == model.digest(),
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

    private void measure() {
        if (isTreeBounded()) {
            sizes.add(model.memoryBytes());
        }
    }

    /** Says whether it is for the tree's size alone if there is no room. */
    private boolean isTreeBounded() {
        return bounds.space() == Space.GROWTH && bounds.treeBytesMax() != Long.MAX_VALUE;
    }

    private int transactionsUpTo(long zxid) {
        return (int) (zxid - chronicle.firstZxid() + 1);
    }

    private int oldestLookBefore(int place) {
        return Math.max(0, place - ModelStore.OUTSTANDING_MAX);
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
                new TreeSet<>(paths).equals(model.ephemeralsOf(session)),
                "G-18",
                "%s, but the session owns %s",
                entry,
                model.ephemeralsOf(session));
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
        long seen = seenBefore.getOrDefault(asked, 0L);
        check(entry.zxid() > seen, "HC-3", "%s happened at %d, but %d was seen before it", asked, entry.zxid(), seen);
        doneInDoubt += asked.isAnswered() ? 0 : 1;
        return asked;
    }

    private List<Happening> written(TxnEntry entry, Operation asked) {
        Outcome expected = model.write(asked, entry);
        check(!model.wasOwnedTooMuch(), "LIM-8", "%s became %s, but the session owns all it may", asked, entry);
        boolean refused = entry.txn() instanceof Txn.Failed;
        if (isTreeBounded() && makesNodes(asked.request()) && !expected.events().isEmpty()) {
            int place = transactionsUpTo(entry.zxid() - 1);
            sizes.grown(place, oldestLookBefore(place), asked);
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
            if (makesNodes(asked.request())) {
                era.space().grown(asked);
            }
        }
        return expected.events();
    }

    private void acknowledged() {
        for (Operation each : writes.values()) {
            boolean isThere = each.form() != Form.WHOLE || placeOf.containsKey(keyOf(each));
            check(!each.isAnswered() || isThere, "HC-2", "%s is not in the history", each);
        }
    }

    /**
     * A write was refused without a trace: for nodes that its session may not own, for want of room, or, if it would only
     * delete, on a disk that is full. What decides is what the transactions up to the zxid of the answer leave, all of them
     * and no other, whether they were in the tree by then or on their way to the disk. Of the tree's size only what is
     * applied counts, as {@link TreeSizes} says. Where the disk may be full a single request may be refused for that whatever
     * its session owns, as {@link SpaceLooks} says.
     */
    private void refusedUnlogged(Operation asked, long zxid) {
        long seen = seenBefore.getOrDefault(asked, 0L);
        check(zxid >= seen, "HC-3", "%s, but zxid %d was seen before it was sent", asked, seen);
        Outcome expected = model.refuse(asked, zxid);
        if (model.wasOwnedTooMuch() && isSame(asked, expected)) {
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
            compare("HC-8", asked, expected);
            era.space().refused(asked, Level.SPENT);
        } else {
            String rule = isRefusedForWhatIsOwned(asked) ? "LIM-8" : "HC-2";
            throw new Violation(rule, asked + " is not in the history, the model says " + expected);
        }
    }

    private void refusedForSpace(Operation asked) {
        boolean isGrowth = mayGrow(asked.request());
        boolean mayBeTheTree = isGrowth && bounds.treeBytesMax() != Long.MAX_VALUE;
        if (bounds.space() == Space.ANYTHING && !mayBeTheTree) {
            era.space().refused(asked, isGrowth ? Level.LOW : Level.SPENT);
        }
    }

    private static boolean onlyDeletes(Request request) {
        return request instanceof Request.Delete
                || request instanceof Request.Check
                || request instanceof Request.Multi multi
                        && multi.ops().stream().allMatch(HistoryCheck::onlyDeletes);
    }

    private static boolean isRefusedForWhatIsOwned(Operation asked) {
        int error = ErrorCode.QUOTA_EXCEEDED.code();
        return makesEphemerals(asked.request())
                && (asked.error() == error || errorsOfParts(asked).contains(error));
    }

    private static boolean makesEphemerals(Request request) {
        return request instanceof Request.Create create
                        && (create.flags() == CreateMode.EPHEMERAL.flags()
                                || create.flags() == CreateMode.EPHEMERAL_SEQUENTIAL.flags())
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(HistoryCheck::makesEphemerals);
    }

    private static boolean makesNodes(Request request) {
        return request instanceof Request.Create
                || request instanceof Request.CreateTtl
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(HistoryCheck::makesNodes);
    }

    private boolean mayLackRoom(Request request) {
        return bounds.space() == Space.ANYTHING || bounds.space() == Space.GROWTH && mayGrow(request);
    }

    private static boolean mayGrow(Request request) {
        return makesNodes(request)
                || request instanceof Request.SetData
                || request instanceof Request.SetAcl
                || request instanceof Request.Multi multi
                        && multi.ops().stream().anyMatch(HistoryCheck::mayGrow);
    }

    private void reads(long zxid) {
        // What was asked over a connection to an earlier process was answered by that.
        long restartedAt = chronicle.restartedAt(zxid);
        List<Operation> here = Objects.requireNonNullElse(readsAt.remove(zxid), List.of());
        reads(zxid, here.stream().filter(each -> each.called() < restartedAt).toList());
        if (restartedAt != Long.MAX_VALUE) {
            model.restarted();
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
                refusedUnlogged(each, zxid);
            } else if (each.error() == ErrorCode.SESSION_EXPIRED.code()) {
                check(chronicle.wasEnding(each.session()), "HC-5", "%s, but the session is not at its end", each);
            } else if (each.error() == ErrorCode.QUOTA_EXCEEDED.code() && WatchModel.isForOne(request)) {
                // One watch too many: that is judged connection by connection.
                continue;
            } else if (set != null) {
                missed.put(each, model.missed(set, each.caller()));
            } else if (request.opCode().kind() == OpCode.Kind.READ || request instanceof Request.WhoAmI) {
                compare("HC-5", each, model.read(each));
            }
        }
    }

    private static void compare(String rule, Operation asked, Outcome expected) {
        check(isSame(asked, expected), rule, "%s, the model says %s", asked, expected);
    }

    private static boolean isSame(Operation asked, Outcome expected) {
        return asked.error() == expected.error()
                && (asked.error() != 0 || Objects.equals(ordered(asked.response()), ordered(expected.response())));
    }

    /** Brings into order what has none. */
    private static @Nullable Object ordered(@Nullable Response response) {
        if (response instanceof Response.ChildrenWithStat children) {
            return new TreeSet<>(children.names()) + " " + children.stat();
        }
        if (response instanceof Response.Children children) {
            return new TreeSet<>(children.names());
        }
        if (response instanceof Response.AclList list) {
            return sorted(list.acl()) + " " + list.stat();
        }
        if (response instanceof Response.Identities who) {
            return sorted(who.identities());
        }
        if (response instanceof Response.Ephemerals ephemerals) {
            return new TreeSet<>(ephemerals.paths());
        }
        if (response instanceof Response.Multi multi) {
            return multi.results().stream()
                    .map(each -> each instanceof MultiResult.Done done ? ordered(done.response()) : each)
                    .toList();
        }
        return response;
    }

    private static List<String> sorted(List<?> unordered) {
        return unordered.stream().map(String::valueOf).sorted().toList();
    }
}
