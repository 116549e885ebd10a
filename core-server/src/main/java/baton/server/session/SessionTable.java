package baton.server.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a server, and when each expires.
 *
 * <p>A session last heard of at {@code t} expires at {@code (floor((t + timeout) / tick) + 1) * tick}, so it lives for
 * one to two ticks more than its timeout at most, and sessions expire in groups. Hearing of a session costs one write to
 * the session: it lies in the bucket in which it was due when somebody last looked, and moves on, or expires, when that
 * bucket's time comes.
 *
 * <p>The states of a session are open and closing, and then it is removed. Nothing leads back from closing.
 */
public final class SessionTable {
    private final int tickMillis;
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private final TreeMap<Long, LinkedHashSet<Session>> buckets = new TreeMap<>();
    private final TreeMap<Long, Long> largestRestored = new TreeMap<>();

    /** @param tickMillis width of a bucket */
    public SessionTable(int tickMillis) {
        if (tickMillis <= 0) {
            throw new IllegalArgumentException("tickMillis=" + tickMillis + ": must be positive");
        }
        this.tickMillis = tickMillis;
    }

    /** Adds a session that a snapshot or the log speaks of; if it is there already, it gets the timeout. */
    public void restore(long id, int timeoutMillis) {
        remove(id);
        sessions.put(id, new Session(id, timeoutMillis));
        largestRestored.merge(id >>> SessionIds.NUMBER_BITS, SessionIds.numberIn(id), Math::max);
    }

    /** Returns the largest number of a session that was ever restored of those that the server opened; -1 if none was. */
    public long largestRestored(int serverId) {
        return largestRestored.getOrDefault((long) serverId, -1L);
    }

    /** Begins to count the time of all restored sessions: each has its whole timeout from now on. */
    public void start(long nowMillis) {
        for (Session each : sessions.values()) {
            each.heard(nowMillis);
            schedule(each);
        }
    }

    /** Adds a new session. */
    public Session open(long id, int timeoutMillis, long nowMillis) {
        if (sessions.containsKey(id)) {
            throw new IllegalArgumentException("a session of that number is open");
        }
        Session session = new Session(id, timeoutMillis);
        sessions.put(id, session);
        session.heard(nowMillis);
        schedule(session);
        return session;
    }

    /** Grants a session that is taken up again its new timeout. */
    public void renew(Session session, int timeoutMillis, long nowMillis) {
        session.grant(timeoutMillis);
        session.heard(nowMillis);
        schedule(session);
    }

    /** Gives every session so many milliseconds more, because up to now nobody could be heard for as long. */
    public void excuse(long millis, long nowMillis) {
        for (Session each : sessions.values()) {
            if (!each.isClosing()) {
                each.excuse(millis, nowMillis);
                schedule(each);
            }
        }
    }

    /** Finds a session, whether open or closing. */
    public @Nullable Session find(long id) {
        return sessions.get(id);
    }

    /** Finds a session that is not closing. */
    public @Nullable Session findOpen(long id) {
        Session session = sessions.get(id);
        return session == null || session.isClosing() ? null : session;
    }

    /** Marks the session as closing. */
    public void beginClosing(Session session) {
        session.beginClosing();
        unschedule(session);
    }

    /** Marks all sessions whose time has come as closing, and returns them. */
    public List<Session> expire(long nowMillis) {
        List<Session> expired = new ArrayList<>();
        while (!buckets.isEmpty() && buckets.firstKey() <= nowMillis) {
            for (Session each : buckets.pollFirstEntry().getValue()) {
                if (dueAtMillis(each) <= nowMillis) {
                    each.beginClosing();
                    expired.add(each);
                } else {
                    schedule(each);
                }
            }
        }
        return expired;
    }

    /** Returns when {@link #expire} has something to look at next; {@code Long.MAX_VALUE} if never. */
    public long nextDueAtMillis() {
        return buckets.isEmpty() ? Long.MAX_VALUE : buckets.firstKey();
    }

    /** Removes a session; that it is not there does no harm. */
    public void remove(long id) {
        Session session = sessions.remove(id);
        if (session != null) {
            session.beginClosing();
            unschedule(session);
        }
    }

    public int size() {
        return sessions.size();
    }

    /** Returns the numbers of the open sessions by the time at which they are looked at next, earliest first. */
    public Map<Long, List<Long>> idsByDueMillis() {
        Map<Long, List<Long>> ids = new LinkedHashMap<>();
        buckets.forEach(
                (due, bucket) -> ids.put(due, bucket.stream().map(Session::id).toList()));
        return ids;
    }

    /** Returns a copy of the sessions with the timeouts that snapshots hold. */
    public Map<Long, Integer> timeoutsMillis() {
        Map<Long, Integer> timeouts = new LinkedHashMap<>();
        sessions.forEach((id, session) -> timeouts.put(id, session.openedTimeoutMillis()));
        return timeouts;
    }

    private void schedule(Session session) {
        unschedule(session);
        session.dueAtMillis = dueAtMillis(session);
        buckets.computeIfAbsent(session.dueAtMillis, due -> new LinkedHashSet<>())
                .add(session);
    }

    private void unschedule(Session session) {
        LinkedHashSet<Session> bucket = buckets.get(session.dueAtMillis);
        if (bucket != null && bucket.remove(session) && bucket.isEmpty()) {
            buckets.remove(session.dueAtMillis);
        }
    }

    private long dueAtMillis(Session session) {
        return (Math.floorDiv(session.endsAtMillis(), (long) tickMillis) + 1) * tickMillis;
    }
}
