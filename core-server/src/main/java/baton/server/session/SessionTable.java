package baton.server.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a server, and when each expires.
 *
 * <p>A session last heard of at {@code t} expires at {@code (floor((t + timeout) / tick) + 1) * tick}, so it lives for
 * one to two ticks more than its timeout at most, and sessions expire in groups. Hearing of a session costs one write to
 * the session: it stands in the line of those that were due with it when somebody last looked, and moves on, or expires,
 * when that line's time comes.
 *
 * <p>The states of a session are open and closing, and then it is removed. Nothing leads back from closing.
 */
public final class SessionTable {
    private final int tickMillis;
    private final SessionIndex sessions = new SessionIndex();

    // Every session stands in one of these.
    private final SessionLine restored = new SessionLine(Long.MAX_VALUE);
    private final TreeMap<Long, SessionLine> due = new TreeMap<>();
    private final SessionLine closing = new SessionLine(Long.MAX_VALUE);

    private final TreeMap<Long, Long> largestRestored = new TreeMap<>();
    private long expiredCount;

    /** @param tickMillis how far apart sessions are due */
    public SessionTable(int tickMillis) {
        if (tickMillis <= 0) {
            throw new IllegalArgumentException("tickMillis=" + tickMillis + ": must be positive");
        }
        this.tickMillis = tickMillis;
    }

    /** Adds a session that a snapshot or the log speaks of; if it is there already, it gets the timeout. */
    public void restore(long id, int timeoutMillis) {
        remove(id);
        Session session = new Session(id, timeoutMillis);
        sessions.add(session);
        restored.add(session);
        largestRestored.merge(id >>> SessionIds.NUMBER_BITS, SessionIds.numberIn(id), Math::max);
    }

    /** Returns the largest number of a session that was ever restored of those that the server opened; -1 if none was. */
    public long largestRestored(int serverId) {
        return largestRestored.getOrDefault((long) serverId, -1L);
    }

    /** Begins to count the time of all restored sessions: each has its whole timeout from now on. */
    public void start(long nowMillis) {
        for (Session each : restored.sessions()) {
            each.heard(nowMillis);
            schedule(each);
        }
    }

    /** Adds a new session. */
    public Session open(long id, int timeoutMillis, long nowMillis) {
        if (sessions.find(id) != null) {
            throw new IllegalArgumentException("a session of that number is open");
        }
        Session session = new Session(id, timeoutMillis);
        sessions.add(session);
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
        for (Session each : open()) {
            each.excuse(millis, nowMillis);
            schedule(each);
        }
    }

    private List<Session> open() {
        List<Session> open = restored.sessions();
        for (SessionLine each : due.values()) {
            open.addAll(each.sessions());
        }
        return open;
    }

    /** Finds a session, whether open or closing. */
    public @Nullable Session find(long id) {
        return sessions.find(id);
    }

    /** Finds a session that is not closing. */
    public @Nullable Session findOpen(long id) {
        Session session = sessions.find(id);
        return session == null || session.isClosing() ? null : session;
    }

    /** Marks the session as closing; one that was removed is so already, and stands in no line any more. */
    public void beginClosing(Session session) {
        if (session.line == null) {
            return;
        }
        session.beginClosing();
        leaveLine(session);
        closing.add(session);
    }

    /** Marks all sessions whose time has come as closing, and returns them. */
    public List<Session> expire(long nowMillis) {
        List<Session> expired = new ArrayList<>();
        while (!due.isEmpty() && due.firstKey() <= nowMillis) {
            for (Session each : due.firstEntry().getValue().sessions()) {
                if (dueAtMillis(each) <= nowMillis) {
                    beginClosing(each);
                    expired.add(each);
                } else {
                    schedule(each);
                }
            }
        }
        expiredCount += expired.size();
        return expired;
    }

    /** Returns how many sessions have expired so far. */
    public long expiredCount() {
        return expiredCount;
    }

    /** Returns when {@link #expire} has something to look at next; {@code Long.MAX_VALUE} if never. */
    public long nextDueAtMillis() {
        return due.isEmpty() ? Long.MAX_VALUE : due.firstKey();
    }

    /** Removes a session; that it is not there does no harm. */
    public void remove(long id) {
        Session session = sessions.find(id);
        if (session != null) {
            session.beginClosing();
            leaveLine(session);
            sessions.remove(session);
        }
    }

    public int size() {
        return sessions.size();
    }

    /** Returns the numbers of the open sessions by the time at which they are looked at next, earliest first. */
    public Map<Long, List<Long>> idsByDueMillis() {
        Map<Long, List<Long>> ids = new LinkedHashMap<>();
        due.forEach((at, line) ->
                ids.put(at, line.sessions().stream().map(Session::id).toList()));
        return ids;
    }

    /** Returns a copy of the sessions, open and closing, with the timeouts that snapshots hold. */
    public Map<Long, Integer> timeoutsMillis() {
        Map<Long, Integer> timeouts = new LinkedHashMap<>();
        for (Session each : open()) {
            timeouts.put(each.id(), each.openedTimeoutMillis());
        }
        for (Session each : closing.sessions()) {
            timeouts.put(each.id(), each.openedTimeoutMillis());
        }
        return timeouts;
    }

    private void schedule(Session session) {
        leaveLine(session);
        due.computeIfAbsent(dueAtMillis(session), SessionLine::new).add(session);
    }

    private void leaveLine(Session session) {
        SessionLine line = session.line;
        if (line != null) {
            line.remove(session);
            if (line.isEmpty()) {
                due.remove(line.dueAtMillis(), line);
            }
        }
    }

    private long dueAtMillis(Session session) {
        return (Math.floorDiv(session.endsAtMillis(), (long) tickMillis) + 1) * tickMillis;
    }
}
