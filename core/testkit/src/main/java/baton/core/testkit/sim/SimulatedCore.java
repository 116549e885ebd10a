package baton.core.testkit.sim;

import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The client side of a simulated store, in one process. */
public final class SimulatedCore implements CoordinationCore {
    private static final Duration CONNECT_AGAIN = Duration.ofMillis(100);

    private final String name;
    private final SimulatedStore store;
    private final Timeline timeline;
    private final List<SimulatedSession> sessions = new ArrayList<>();
    /** Writer: {@link #close}. */
    private volatile boolean closed;

    private long turnedAwayUntilNanos;

    SimulatedCore(String name, SimulatedStore store, Timeline timeline) {
        this.name = name;
        this.store = store;
        this.timeline = timeline;
        // Differences of clock readings must not overflow.
        this.turnedAwayUntilNanos = timeline.nowNanos();
    }

    public String name() {
        return name;
    }

    @Override
    public CoreInfo info() {
        return new CoreInfo(
                "znode", Set.of("simulated"), "simulated", new CoreInfo.Limits(100, StoreTree.DATA_MAX, 15_000));
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.CONTAINER,
                Capability.TTL_NODES,
                Capability.RECURSIVE_SUBSCRIPTION,
                Capability.EVENT_REVISION,
                Capability.OWN_EPHEMERALS,
                Capability.READ_ONLY_MODE,
                Capability.LEASE_CONFIRMED);
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        CompletableFuture<CoreSession> opened = new CompletableFuture<>();
        timeline.execute(() -> connect(options, observer, opened));
        return opened;
    }

    /** Cuts its sessions off; the store keeps them until they expire. */
    @Override
    public void close() {
        closed = true;
        timeline.execute(() -> List.copyOf(sessions).forEach(SimulatedSession::coreClosed));
    }

    /** The sessions that were opened here and have not ended. */
    List<SimulatedSession> sessions() {
        return List.copyOf(sessions);
    }

    void ended(SimulatedSession session) {
        sessions.remove(session);
    }

    void turnAway(Duration span) {
        turnedAwayUntilNanos = timeline.nowNanos() + span.toNanos();
    }

    boolean isTurnedAway() {
        return timeline.nowNanos() < turnedAwayUntilNanos;
    }

    private void connect(SessionOptions options, SessionObserver observer, CompletableFuture<CoreSession> opened) {
        if (closed) {
            opened.completeExceptionally(
                    new CoordinationException(CoreError.CLOSED, null, "core " + name + " is closed"));
            return;
        }
        if (store.isDown() || !store.pauseLeft().isZero()) {
            timeline.schedule(CONNECT_AGAIN, () -> connect(options, observer, opened));
            return;
        }
        ServerSession server = store.openSession(options.timeout());
        SimulatedSession session = new SimulatedSession(this, store, timeline, server, options, observer);
        sessions.add(session);
        session.opened();
        timeline.schedule(store.latency(), () -> opened.complete(session));
    }
}
