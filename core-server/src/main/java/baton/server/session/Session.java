package baton.server.session;

import baton.server.auth.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's session. It outlives its connections. */
public final class Session {
    private final long id;
    private final int openedTimeoutMillis;

    // Written by the thread that reads the session's connection, which is one at a time.
    private volatile long heardAtMillis;

    // Written by the owner of the table.
    private volatile int timeoutMillis;
    private volatile boolean closing;
    private long excusedUntilMillis = Long.MIN_VALUE;
    private @Nullable ClientConnection holder;
    private @Nullable List<Identity> owners;

    // Written by the line in which the session stands.
    @Nullable
    SessionLine line;

    @Nullable
    Session before;

    @Nullable
    Session behind;

    Session(long id, int timeoutMillis) {
        this.id = id;
        this.openedTimeoutMillis = timeoutMillis;
        this.timeoutMillis = timeoutMillis;
    }

    public long id() {
        return id;
    }

    /** Says that the client was heard of. A session that is closing stays so. Callable from any thread. */
    public void heard(long nowMillis) {
        heardAtMillis = nowMillis;
    }

    /** Returns when the client was last heard of. */
    public long heardAtMillis() {
        return heardAtMillis;
    }

    /** Returns for how long the client may be silent, as granted to its present connection. */
    public int timeoutMillis() {
        return timeoutMillis;
    }

    /** Returns the timeout granted when the session was opened: the one that logs and snapshots hold. */
    public int openedTimeoutMillis() {
        return openedTimeoutMillis;
    }

    /** Says whether the end of the session is decided, though perhaps not carried out. Callable from any thread. */
    public boolean isClosing() {
        return closing;
    }

    /** Returns the connection that has the session now, if any. For the owner of the table, and so is the next. */
    public @Nullable ClientConnection holder() {
        return holder;
    }

    public void handTo(@Nullable ClientConnection next) {
        holder = next;
    }

    /** Returns who it belongs to, if that was noted. For the owner of the table, and so is the next. */
    public @Nullable List<Identity> owners() {
        return owners;
    }

    /** @param next immutable */
    public void keepFor(List<Identity> next) {
        owners = next;
    }

    void grant(int nextTimeoutMillis) {
        timeoutMillis = nextTimeoutMillis;
        excusedUntilMillis = Long.MIN_VALUE;
    }

    /** Returns the last moment at which the session must not expire, unless it is heard of again. */
    long endsAtMillis() {
        return Math.max(heardAtMillis + timeoutMillis, excusedUntilMillis);
    }

    /** Moves that moment by so much, but not by time that lies before the client was heard of. */
    void excuse(long millis, long nowMillis) {
        long heardAt = heardAtMillis;
        excusedUntilMillis = Math.max(heardAt + timeoutMillis, excusedUntilMillis)
                + Math.max(0, Math.min(millis, nowMillis - heardAt));
    }

    void beginClosing() {
        closing = true;
    }

    /** Does not tell the number: who knows it can take the session up. */
    @Override
    public String toString() {
        return "session of " + timeoutMillis + " ms";
    }
}
