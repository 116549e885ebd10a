package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.session.Session;
import baton.server.sim.history.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows by true time when the server last heard of each session, and judges each expiry: rule G-17, and HC-10 for one that
 * does not come. That a session ends which asked for it is nobody's concern.
 */
final class SessionWatch {
    private static final long ROUNDING_NANOS = 2_000_000;

    /** So many ticks after its time a session has expired at the latest. */
    private static final int EXPIRY_TICKS = 2;

    private final VirtualTime time;
    private final Plan plan;
    private final Consumer<Reached> reached;
    private final Map<Long, Long> heardAtNanos = new TreeMap<>();
    private final Map<Long, Long> perhapsHeardAtNanos = new HashMap<>();
    private final Map<Long, Long> promisedUntilNanos = new HashMap<>();
    /** Nobody was heard of since these began: their time began when they were asked for, which is before they were seen. */
    private final Set<Long> unheard = new HashSet<>();

    private final Set<Long> leaving = new HashSet<>();
    private final Set<Long> askedInVain = new HashSet<>();
    private final Set<Long> everOpened = new HashSet<>();

    /** Whose clients have asked for the end, were heard, and stay away. */
    private final Set<Long> heardGoodbyes = new HashSet<>();

    private final Set<Long> returned = new HashSet<>();
    private final List<Standstill> standstills = new ArrayList<>();

    /**
     * The server, or one of its loops, did not run.
     *
     * @param fromNanos since when
     * @param untilNanos until when, for certain
     * @param endNanos until when at the latest
     * @param excusedNanos how much of it must not count
     * @param loop which of them; null if it was the server
     * @param heldUp the sessions that had a connection there when it began
     */
    private record Standstill(
            long fromNanos,
            long untilNanos,
            long endNanos,
            long excusedNanos,
            @Nullable SimulatedLoop loop,
            Set<Long> heldUp) {
        /** Returns how much of the time from one moment to another it took at most. */
        long nanosSince(long from, long to) {
            return Math.max(0, Math.min(to, endNanos) - Math.max(from, fromNanos));
        }

        boolean concerns(long session) {
            return loop == null || heldUp.contains(session) || sessionsOn(loop).contains(session);
        }
    }

    SessionWatch(VirtualTime time, Plan plan, Consumer<Reached> reached) {
        this.time = time;
        this.plan = plan;
        this.reached = reached;
    }

    /** The server begins, and gives everybody the whole time. */
    void started(ServerState state) {
        heardAtNanos.clear();
        heardGoodbyes.clear();
        state.sessions().timeoutsMillis().keySet().forEach(this::heard);
        standstills.clear();
    }

    /** The server stands still from now on: rule CLK-4, which a server whose clock stands still with it keeps by itself. */
    void standsStill(long nanos, boolean itsClockToo) {
        long excusedNanos = itsClockToo ? nanos : Math.max(0, nanos - tickNanos());
        long end = time.nowNanos() + nanos;
        standstills.add(new Standstill(time.nowNanos(), end, end, excusedNanos, null, Set.of()));
    }

    /** One loop stands still from now on: who is connected there cannot be heard, and who is elsewhere can. */
    void starves(SimulatedLoop loop, long nanos) {
        // Between two looks at the sockets there may be a tick.
        long unseenNanos = Math.max(0, nanos - tickNanos());
        long excusedNanos = Math.max(0, unseenNanos - tickNanos());
        long now = time.nowNanos();
        standstills.add(new Standstill(now, now + unseenNanos, now + nanos, excusedNanos, loop, sessionsOn(loop)));
    }

    private static Set<Long> sessionsOn(SimulatedLoop loop) {
        return loop.sockets().stream().map(each -> each.wire().session()).collect(Collectors.toSet());
    }

    private long tickNanos() {
        return plan.tickMillis() * 1_000_000L;
    }

    /** A client was given a new session. */
    void opened(long session) {
        if (!everOpened.add(session)) {
            throw new Violation("G-18", "session " + Long.toHexString(session) + " is given to a client again");
        }
    }

    /** The client's library has told its user that the server certainly keeps the session until then. */
    void promised(long session, long untilNanos) {
        promisedUntilNanos.put(session, untilNanos);
    }

    /** The client asks for the end of its session. */
    void leaves(long session) {
        leaving.add(session);
    }

    /** The client asks for the end of its session behind what ends its connection: nobody must hear that. */
    void asksInVain(long session) {
        askedInVain.add(session);
    }

    /** The client, whatever it has said before, wants the session again. */
    void returns(long session) {
        returned.add(session);
        heardGoodbyes.remove(session);
    }

    /** The server has read that the session is to end. */
    void heardGoodbye(long session) {
        if (!returned.contains(session)) {
            heardGoodbyes.add(session);
        }
    }

    /** The server ends the session by itself: rule G-18, that is not what makes a session end whose client asked for it. */
    void endsUnasked(long session) {
        if (heardGoodbyes.contains(session)) {
            throw new Violation(
                    "G-18",
                    "session " + Long.toHexString(session)
                            + " lasted until its timeout though the server had read that it is to end");
        }
    }

    /** Says whether the session's end is decided, or asked for. */
    boolean isLeaving(long session) {
        return leaving.contains(session);
    }

    void heard(long session) {
        if (session != 0) {
            heardAtNanos.put(session, time.nowNanos());
            unheard.remove(session);
        }
    }

    /** Something was read over a connection whose client has the session, or wants it again. */
    void perhapsHeard(long session) {
        if (session != 0) {
            perhapsHeardAtNanos.put(session, time.nowNanos());
        }
    }

    /** Looks whose end the server has decided. */
    void look(ServerState state, List<SimulatedLoop> loops) {
        for (Map.Entry<Long, Integer> each : state.sessions().timeoutsMillis().entrySet()) {
            long id = each.getKey();
            Session session = state.sessions().find(id);
            if (heardAtNanos.putIfAbsent(id, time.nowNanos()) == null) {
                unheard.add(id);
            }
            if (session != null && session.isClosing() && !leaving.contains(id)) {
                leaving.add(id);
                expired(id, loops);
            } else if (session != null && !session.isClosing()) {
                requireNotLate(id);
            }
        }
    }

    /** Rule HC-10, by the upper bound of G-17: nobody has been heard of for so long, and the server ran. */
    private void requireNotLate(long session) {
        long heardAt = Math.max(heardAtNanos.get(session), perhapsHeardAtNanos.getOrDefault(session, 0L));
        long lostNanos = standstills.stream()
                .mapToLong(each -> each.nanosSince(heardAt, time.nowNanos()))
                .sum();
        long silentNanos = time.nowNanos() - heardAt - lostNanos;
        long mostNanos = plan.sessionMillis() * 1_000_000L + EXPIRY_TICKS * tickNanos();
        if (silentNanos / 100 * ratePercentMin() > mostNanos + ROUNDING_NANOS) {
            throw new Violation(
                    "HC-10",
                    "session " + Long.toHexString(session) + " is open after " + silentNanos / 1_000_000
                            + " ms of silence in which the server ran; granted were " + plan.sessionMillis()
                            + " ms, a tick takes " + plan.tickMillis());
        }
    }

    private int ratePercentMin() {
        return 100 - plan.ratePercentMax();
    }

    private void expired(long session, List<SimulatedLoop> loops) {
        reached.accept(Reached.SESSION_EXPIRED);
        long heardAt = heardAtNanos.get(session);
        long excusedNanos = standstills.stream()
                .filter(each -> each.fromNanos >= heardAt && each.concerns(session))
                .mapToLong(Standstill::excusedNanos)
                .sum();
        long silentNanos = time.nowNanos() - heardAt - excusedNanos;
        long timeoutNanos = plan.sessionMillis() * 1_000_000L;
        // What the library tells its user holds if no clock is worse than its margin allows.
        if (!plan.isClockBad() && time.nowNanos() < promisedUntilNanos.getOrDefault(session, 0L)) {
            throw new Violation(
                    "G-17",
                    "session " + Long.toHexString(session) + " expired before its deadline in the client library");
        }
        boolean early = silentNanos + ROUNDING_NANOS < timeoutNanos / 100 * ratePercentMin();
        if (early && !unheard.contains(session)) {
            throw new Violation(
                    askedInVain.contains(session) ? "BI-23" : "G-17",
                    "session " + Long.toHexString(session) + " expired after " + silentNanos / 1_000_000
                            + " ms of silence in which it could have been heard, and " + excusedNanos / 1_000_000
                            + " ms in which it could not; granted were " + plan.sessionMillis());
        }
        long resumedAtNanos = standstills.isEmpty() ? 0 : standstills.get(standstills.size() - 1).untilNanos;
        for (SimulatedLoop loop : loops) {
            for (SimulatedSocket socket : loop.sockets()) {
                if (socket.wire().session() == session && socket.hasUnreadSince(resumedAtNanos)) {
                    throw new Violation(
                            "G-17",
                            "session " + Long.toHexString(session) + " expired while what it sent lay unread in the"
                                    + " server's socket since before the server woke up");
                }
            }
        }
    }
}
