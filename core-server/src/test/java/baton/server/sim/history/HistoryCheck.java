package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.server.sim.history.ModelStore.Outcome;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
     */
    public record Findings(int doneInDoubt, int vanished) {}

    private record Key(long session, int xid) {}

    private final History history;
    private final Chronicle chronicle;
    private final ModelStore model = new ModelStore();
    private final Map<Key, Operation> writes = new HashMap<>();
    private final Map<Key, Long> placeOf = new HashMap<>();
    private final Map<Long, Integer> lastXid = new HashMap<>();
    private final TreeMap<Long, List<Operation>> readsAt = new TreeMap<>();
    private final Map<Operation, Long> seenBefore = new IdentityHashMap<>();
    private final Map<Operation, List<WatchEvent>> missed = new IdentityHashMap<>();
    private final List<List<WatchEvent>> happened = new ArrayList<>();
    private int doneInDoubt;
    private int vanished;

    private HistoryCheck(History history) {
        this.history = history;
        this.chronicle = history.chronicle();
    }

    /**
     * Checks everything that is known.
     *
     * @throws Violation naming the first rule that is broken
     */
    public static Findings run(History history) {
        HistoryCheck check = new HistoryCheck(history);
        check.sort();
        check.once();
        check.realTime();
        check.sessionOrder();
        check.replay(true);
        check.acknowledged();
        for (Conversation each : history.conversations()) {
            new WatchCheck(each, check.happened, check.missed).run();
        }
        return new Findings(check.doneInDoubt, check.vanished);
    }

    /** Replays a log alone, and returns what a server that has it must hold. */
    public static List<String> expectedState(History history) {
        HistoryCheck check = new HistoryCheck(history);
        check.sort();
        check.once();
        check.readsAt.clear();
        check.replay(false);
        return check.model.dump();
    }

    private void sort() {
        Set<Key> logged = new HashSet<>();
        for (long zxid = 1; zxid <= chronicle.lastZxid(); zxid++) {
            TxnEntry entry = chronicle.entry(zxid);
            logged.add(new Key(entry.header().sessionId(), entry.header().cxid()));
        }
        for (Operation each : history.operations()) {
            if (mayBeRefusedUnlogged(each) && !logged.contains(new Key(each.session(), each.xid()))) {
                readsAt.computeIfAbsent(each.zxid(), zxid -> new ArrayList<>()).add(each);
            } else if (each.request().opCode().kind() == OpCode.Kind.WRITE) {
                writes.put(new Key(each.session(), each.xid()), each);
            } else if (each.isAnswered()) {
                readsAt.computeIfAbsent(each.zxid(), zxid -> new ArrayList<>()).add(each);
            }
        }
    }

    /** On a disk that is full a delete that changes nothing leaves no trace. */
    private static boolean mayBeRefusedUnlogged(Operation operation) {
        Request request = operation.request();
        if (!operation.isAnswered() || !(request instanceof Request.Delete || request instanceof Request.Multi)) {
            return false;
        }
        return operation.error() == 0
                ? operation.response() instanceof Response.Multi multi
                        && multi.results().stream().allMatch(MultiResult.Failed.class::isInstance)
                : operation.error() != ErrorCode.QUOTA_EXCEEDED.code();
    }

    // HC-3, HC-6.

    private void realTime() {
        List<Operation> byReturn = new ArrayList<>(history.operations());
        byReturn.removeIf(each -> !each.isAnswered());
        byReturn.sort(Comparator.comparingLong(Operation::returned));
        long newest = 0;
        int next = 0;
        // Operations are in the order of their calls.
        for (Operation each : history.operations()) {
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
        for (Operation each : history.operations()) {
            if (!each.isAnswered()) {
                continue;
            }
            Operation before = last.put(each.session(), each);
            if (before != null) {
                check(each.zxid() >= before.zxid(), "HC-4", "%s came after %s", each, before);
            }
        }
    }

    // HC-7: the first thing to know, since what happens twice breaks other rules too.

    private void once() {
        Map<Key, Long> places = new HashMap<>();
        for (long zxid = 1; zxid <= chronicle.lastZxid(); zxid++) {
            TxnEntry entry = chronicle.entry(zxid);
            Key key = new Key(entry.header().sessionId(), entry.header().cxid());
            Long before = writes.containsKey(key) ? places.put(key, zxid) : null;
            check(before == null, "HC-7", "%s happened at zxid %d and again at %d", writes.get(key), before, zxid);
        }
    }

    // HC-1, HC-2, HC-5, HC-7, HC-8.

    private void replay(boolean withDigests) {
        happened.add(List.of());
        reads(0);
        for (long zxid = 1; zxid <= chronicle.lastZxid(); zxid++) {
            TxnEntry entry = chronicle.entry(zxid);
            happened.add(List.copyOf(apply(entry)));
            check(
                    !withDigests || entry.digest() == null || entry.digest().treeDigest() == model.digest(),
                    "INV-8",
                    "the tree after %s is not what the model says",
                    entry);
            reads(zxid);
        }
        check(
                readsAt.isEmpty() || readsAt.lastKey() <= chronicle.lastZxid(),
                "HC-5",
                "%s was read at a zxid that the history does not have",
                readsAt.isEmpty() ? "" : readsAt.lastEntry().getValue());
    }

    private List<WatchEvent> apply(TxnEntry entry) {
        long session = entry.header().sessionId();
        if (entry.txn() instanceof Txn.CreateSession create) {
            check(model.open(session, create.timeoutMillis()), "G-18", "session %x begins twice: %s", session, entry);
            return List.of();
        }
        if (entry.txn() instanceof Txn.DeleteContainer delete && session == 0) {
            check(
                    model.mayVanish(delete.path(), entry.header().timeMillis()),
                    "HC-2",
                    "nobody asked for %s, and the node may not vanish",
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

    private List<WatchEvent> close(TxnEntry entry, Txn.CloseSession close) {
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
        Key key = new Key(entry.header().sessionId(), entry.header().cxid());
        Operation asked = writes.get(key);
        if (asked == null) {
            return null;
        }
        placeOf.put(key, entry.zxid());
        int last = lastXid.getOrDefault(key.session, 0);
        check(key.xid > last, "HC-7", "%s happened at zxid %d, behind xid %d", asked, entry.zxid(), last);
        lastXid.put(key.session, key.xid);
        long seen = seenBefore.getOrDefault(asked, 0L);
        check(entry.zxid() > seen, "HC-3", "%s happened at %d, but %d was seen before it", asked, entry.zxid(), seen);
        doneInDoubt += asked.isAnswered() ? 0 : 1;
        return asked;
    }

    private List<WatchEvent> written(TxnEntry entry, Operation asked) {
        Outcome expected = model.write(
                asked.request(), asked.session(), entry.zxid(), entry.header().timeMillis());
        boolean refused = entry.txn() instanceof Txn.Failed;
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
        }
        return expected.events();
    }

    private void acknowledged() {
        for (Operation each : writes.values()) {
            boolean refusedUnseen = each.error() == ErrorCode.QUOTA_EXCEEDED.code();
            boolean isThere = placeOf.containsKey(new Key(each.session(), each.xid()));
            if (each.isAnswered()) {
                check(isThere || refusedUnseen, "HC-2", "%s is not in the history", each);
                check(!isThere || !refusedUnseen, "HC-8", "%s was refused, and yet it is in the history", each);
            }
        }
    }

    private void reads(long zxid) {
        for (Operation each : readsAt.getOrDefault(zxid, List.of())) {
            Request request = each.request();
            if (each.error() == ErrorCode.SESSION_EXPIRED.code()) {
                check(chronicle.wasEnding(each.session()), "HC-5", "%s, but the session is not at its end", each);
            } else if (request instanceof Request.SetWatches2 set) {
                missed.put(each, model.missed(set));
            } else if (request.opCode().kind() == OpCode.Kind.READ) {
                compare("HC-5", each, model.read(request, each.session()));
            } else if (mayBeRefusedUnlogged(each)) {
                // It changes nothing, or else the answer is not the model's.
                compare("HC-8", each, model.write(request, each.session(), zxid, 0));
            }
        }
    }

    private static void compare(String rule, Operation asked, Outcome expected) {
        boolean same = asked.error() == expected.error()
                && (asked.error() != 0 || Objects.equals(ordered(asked.response()), ordered(expected.response())));
        check(same, rule, "%s, the model says %s", asked, expected);
    }

    /** Brings into order what has none. */
    private static @Nullable Object ordered(@Nullable Response response) {
        if (response instanceof Response.ChildrenWithStat children) {
            return new TreeSet<>(children.names()) + " " + children.stat();
        }
        if (response instanceof Response.Children children) {
            return new TreeSet<>(children.names());
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
}
