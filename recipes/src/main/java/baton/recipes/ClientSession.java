package baton.recipes;

import baton.core.CoreSession;
import baton.core.NodePath;
import baton.core.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One of the sessions a client has one after another. For authors of recipes. Safe for use by many threads. */
public final class ClientSession {
    private final long epoch;
    private final CoreSession core;
    private final Lease lease;
    private final CoreSession whole;
    private final NodePath namespace;
    private final Map<NodePath, ClientSession> views;

    private ClientSession(
            long epoch, CoreSession whole, NodePath namespace, Lease lease, Map<NodePath, ClientSession> views) {
        this.epoch = epoch;
        this.core = NamespacedSession.of(whole, namespace);
        this.lease = lease;
        this.whole = whole;
        this.namespace = namespace;
        this.views = views;
    }

    static ClientSession of(long epoch, CoreSession whole, NodePath namespace, Lease lease) {
        Map<NodePath, ClientSession> views = new ConcurrentHashMap<>();
        ClientSession session = new ClientSession(epoch, whole, namespace, lease, views);
        views.put(namespace, session);
        return session;
    }

    /** The same session under another namespace; always the same object for the same namespace. */
    ClientSession in(NodePath other) {
        return other.equals(namespace)
                ? this
                : views.computeIfAbsent(other, absent -> new ClientSession(epoch, whole, absent, lease, views));
    }

    /** Its number, counted by the client from 1. */
    public long epoch() {
        return epoch;
    }

    /** Its operations, on paths below the client's namespace. */
    public CoreSession core() {
        return core;
    }

    /** Whether it certainly lives right now. Asks nobody. */
    public boolean holds() {
        return lease.holds();
    }

    /** For how long it certainly lives on. */
    public Duration remaining() {
        return lease.remaining();
    }

    /** Whether its local deadline has passed, or it has ended. It may be alive at the store. */
    public boolean hasExpired() {
        return hasEnded() || lease.remainingNanos() <= 0;
    }

    /** Whether it is over for good. */
    public boolean hasEnded() {
        return core.phase() == Phase.ENDED;
    }

    Lease lease() {
        return lease;
    }

    @Override
    public String toString() {
        return "session " + core.id() + " epoch " + epoch;
    }
}
