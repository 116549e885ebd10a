package baton.recipes;

/**
 * Hears, on its own strand, what becomes of the client's sessions; before any listener of the user does.
 *
 * <p>Of one session: {@code joined}; then any number of {@code suspended}, optionally {@code leaseExpired}, {@code
 * resumed}; then {@code lost}. The next session joins only after that.
 */
public interface SessionFollower {
    /** A new session is live. Called at once if one was live when the follower came. */
    default void joined(ClientSession session) {}

    /** The link is down or silent; the deadline runs. */
    default void suspended(ClientSession session) {}

    /** The local deadline passed without word of the store: grants of this session are not valid any more. */
    default void leaseExpired(ClientSession session) {}

    /** The same session is back. Nothing that was in flight can be trusted before a settle. */
    default void resumed(ClientSession session) {}

    /** The session is over. */
    default void lost(ClientSession session) {}
}
