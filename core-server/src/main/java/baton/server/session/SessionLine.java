package baton.server.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the order in which they came; each stands in one line at a time. They are linked to one another, so that ten
 * thousand idle ones are not ten thousand entries of a set as well.
 */
final class SessionLine {
    private final long dueAtMillis;
    private @Nullable Session first;
    private @Nullable Session last;

    /** @param dueAtMillis when its sessions are to be looked at; {@code Long.MAX_VALUE} for never */
    SessionLine(long dueAtMillis) {
        this.dueAtMillis = dueAtMillis;
    }

    long dueAtMillis() {
        return dueAtMillis;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Puts a session that stands in no line behind the others. */
    void add(Session session) {
        Session previous = last;
        session.line = this;
        session.before = previous;
        if (previous == null) {
            first = session;
        } else {
            previous.behind = session;
        }
        last = session;
    }

    /** Takes out a session that stands in this line. */
    void remove(Session session) {
        Session before = session.before;
        Session behind = session.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        session.line = null;
        session.before = null;
        session.behind = null;
    }

    /** Returns the sessions as they stand now. */
    List<Session> sessions() {
        List<Session> all = new ArrayList<>();
        for (Session each = first; each != null; each = each.behind) {
            all.add(each);
        }
        return all;
    }
}
