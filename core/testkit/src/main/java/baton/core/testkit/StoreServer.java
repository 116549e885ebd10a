package baton.core.testkit;

import java.net.InetSocketAddress;

/** A store's server in a process of its own, on ports that stay the same. */
public interface StoreServer extends AutoCloseable {
    /** What {@code CoordinationCore.connect} takes. */
    String connectString();

    InetSocketAddress address();

    /** Stops it in order; its data stays. Returns its exit code. */
    int stop();

    /** Starts it again, on the same ports and data. Returns once it serves. */
    void startAgain();

    /** Stops it dead in its tracks. */
    void pause();

    /** Lets it go on. */
    void resume();

    /** Forgets what was before the present, where a store keeps it. */
    default void forgetHistory() {}

    /** Ends it, and removes its data if that is its own. */
    @Override
    void close();
}
