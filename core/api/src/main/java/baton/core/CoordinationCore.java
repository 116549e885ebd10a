package baton.core;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A store that recipes coordinate over: embedded, a Baton server, an Apache ZooKeeper ensemble, or etcd.
 *
 * <p>Nothing here blocks. Safe for use by many threads.
 */
public interface CoordinationCore extends AutoCloseable {

    /**
     * Makes the core for an address: {@code etcd://host:port,...[/namespace]} or {@code zk://host:port,...[/chroot]},
     * the latter with or without {@code zk://}. The module that has the core must be on the class path.
     *
     * @throws IllegalArgumentException saying what is wrong with the address, or which module is missing
     */
    static CoordinationCore connect(String address) {
        return connect(address, CoreAccess.OPEN);
    }

    /** As {@link #connect(String)}, for a store that wants to know who comes, or is spoken to in secret. */
    static CoordinationCore connect(String address, CoreAccess access) {
        return InstalledCores.connect(address, access);
    }

    /** What this core is, as far as it is known by now. */
    CoreInfo info();

    /** The abilities that not every core has. Constant after the first session went live. */
    Set<Capability> capabilities();

    /**
     * Opens a session. Completes once the store has confirmed it, however long that takes: the core keeps trying
     * until it succeeds or is closed.
     *
     * @return the live session; fails with {@link CoreError#DENIED} if the store refuses this client for good and
     *     with {@link CoreError#CLOSED} if the core is closed first
     */
    CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer);

    /**
     * Frees connections and threads. Ends no session at the store: sessions are ended by their owner with
     * {@link CoreSession#end}, or by their timeout. Idempotent; returns when every thread of the core has stopped.
     */
    @Override
    void close();
}
