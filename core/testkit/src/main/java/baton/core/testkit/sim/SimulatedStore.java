package baton.core.testkit.sim;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, with sessions and watches. One for all processes of a test.
 *
 * <p>Its views ({@link #children}, {@link #count}) look at the truth, past links and faults.
 */
public final class SimulatedStore implements AutoCloseable {
    private static final Duration CONTAINER_REST = Duration.ofSeconds(60);

    private final Timeline timeline;
    private final Duration latencyMax;
    private final StoreTree tree;
    private final Map<SessionId, ServerSession> sessions = new LinkedHashMap<>();
    private final Map<OpKind, Long> counts = new EnumMap<>(OpKind.class);
    private final List<SimulatedCore> cores = new ArrayList<>();
    private final Faults faults = new Faults(this);
    private long sessionsOpened;
    private long triggersFired;
    private long listedNames;
    private long downUntilNanos;
    private long pausedUntilNanos;
    private @Nullable OpKind dropReplyOf;

    private SimulatedStore(Timeline timeline, Duration latencyMax, int firstSequence) {
        this.timeline = timeline;
        this.latencyMax = latencyMax;
        this.tree = new StoreTree(firstSequence);
        // Differences of clock readings must not overflow.
        this.downUntilNanos = timeline.nowNanos();
        this.pausedUntilNanos = downUntilNanos;
    }

    /** A store in a simulation; messages take up to two milliseconds. */
    public static SimulatedStore in(Simulation simulation) {
        return new SimulatedStore(simulation, Duration.ofMillis(2), 0);
    }

    /** As {@link #in}, with the counter that orders entries starting elsewhere: near its end, say. */
    public static SimulatedStore in(Simulation simulation, int firstSequence) {
        return new SimulatedStore(simulation, Duration.ofMillis(2), firstSequence);
    }

    /** A store in real time on a thread of its own, without delays. Close it. */
    public static SimulatedStore inProcess() {
        return new SimulatedStore(new RealTimeline(), Duration.ZERO, 0);
    }

    /** A core for one process of a simulation. Faults know it by the name of the process. */
    public SimulatedCore core(SimulatedProcess process) {
        return add(new SimulatedCore(process.name(), this, process));
    }

    /** A core on the store's own timeline. */
    public SimulatedCore core(String name) {
        return timeline.look(() -> add(new SimulatedCore(name, this, timeline)));
    }

    public Faults faults() {
        return faults;
    }

    /** The children of a directory as they are, by name. */
    public List<Node> children(String directory) {
        return timeline.look(() -> tree.children(NodePath.of(directory)));
    }

    public Optional<Node> node(String path) {
        return timeline.look(() -> tree.read(NodePath.of(path)));
    }

    /** How many requests of a kind were served. */
    public long count(OpKind kind) {
        return timeline.look(() -> counts.getOrDefault(kind, 0L));
    }

    /** How many requests were served, keeping sessions alive not counted. */
    public long requests() {
        return timeline.look(() -> counts.entrySet().stream()
                .filter(entry -> entry.getKey() != OpKind.PING)
                .mapToLong(Map.Entry::getValue)
                .sum());
    }

    /** How many triggers were sent to clients. */
    public long triggersFired() {
        return timeline.look(() -> triggersFired);
    }

    /** How many names listings have carried in all. */
    public long listedNames() {
        return timeline.look(() -> listedNames);
    }

    /** Triggers and subscriptions that wait at the store. */
    public int registrations() {
        return timeline.look(() -> sessions.values().stream()
                .mapToInt(ServerSession::registrations)
                .sum());
    }

    /** How many sessions were opened, those that ended included. */
    public long sessionsOpened() {
        return timeline.look(() -> sessionsOpened);
    }

    public int liveSessions() {
        return timeline.look(sessions::size);
    }

    /** Puts a node there by hand, as an administrator would. */
    public void put(NodePath path, Payload data) {
        timeline.look(() -> {
            tree.ensureDir(path.parent(), new SessionId("admin"));
            tree.create(CreateSpec.plain(path, data, Lifetime.PERSISTENT), new SessionId("admin"));
            publish();
            return path;
        });
    }

    /** Deletes a node and what is below it by hand, as an administrator would. */
    public void deleteAll(NodePath path) {
        timeline.look(() -> {
            List<NodePath> doomed = new ArrayList<>();
            tree.below(path).forEach(node -> doomed.add(0, node.path()));
            doomed.add(path);
            tree.remove(doomed);
            publish();
            return path;
        });
    }

    /** Stops the thread of a store in real time; a simulation has none. */
    @Override
    public void close() {
        if (timeline instanceof RealTimeline real) {
            real.close();
        }
    }

    Timeline timeline() {
        return timeline;
    }

    StoreTree tree() {
        return tree;
    }

    List<SimulatedCore> cores() {
        return cores;
    }

    Duration latency() {
        return Duration.ofNanos((long) (latencyMax.toNanos() * timeline.chance()));
    }

    boolean isDown() {
        return timeline.nowNanos() < downUntilNanos;
    }

    /** How long what arrives now has to wait for the store to go on. */
    Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, pausedUntilNanos - timeline.nowNanos()));
    }

    void goDown(Duration span) {
        downUntilNanos = timeline.nowNanos() + span.toNanos();
        timeline.schedule(span, () -> sessions.values().forEach(ServerSession::heard));
    }

    void comeBack() {
        downUntilNanos = timeline.nowNanos();
        sessions.values().forEach(session -> {
            session.heard();
            watchExpiry(session);
        });
    }

    void pause(Duration span) {
        pausedUntilNanos = timeline.nowNanos() + span.toNanos();
    }

    void dropReplyOf(OpKind kind) {
        dropReplyOf = kind;
    }

    /** Whether the reply of this request is to be lost; true once for each fault ordered. */
    boolean takesReply(OpKind kind) {
        if (dropReplyOf == kind) {
            dropReplyOf = null;
            return true;
        }
        return false;
    }

    ServerSession openSession(Duration timeout) {
        ServerSession session =
                new ServerSession(new SessionId(String.format("0x%x", ++sessionsOpened + 0x1000)), timeout, this);
        sessions.put(session.id(), session);
        session.heard();
        watchExpiry(session);
        return session;
    }

    boolean isOpen(SessionId session) {
        return sessions.containsKey(session);
    }

    /** Ends a session, whatever the reason, and removes its ephemerals. */
    void endSession(ServerSession session) {
        if (sessions.remove(session.id()) == null) {
            return;
        }
        tree.remove(tree.ephemeralsOf(session.id()));
        publish();
        session.ended();
    }

    /** Serves one request. */
    <T> T serve(OpKind kind, ServerSession session, Function<StoreTree, T> request) {
        counts.merge(kind, 1L, Long::sum);
        if (!isOpen(session.id())) {
            throw new CoordinationException(CoreError.SESSION_ENDED, null, "session " + session.id() + " is over");
        }
        session.heard();
        try {
            return request.apply(tree);
        } finally {
            publish();
        }
    }

    void triggerFired() {
        triggersFired++;
    }

    void listed(int names) {
        listedNames += names;
    }

    private SimulatedCore add(SimulatedCore core) {
        cores.add(core);
        return core;
    }

    /** Tells every session what changed, in the order in which it changed. */
    private void publish() {
        for (StoreTree.Change change : tree.takeChanges()) {
            List.copyOf(sessions.values()).forEach(session -> session.changed(change));
            if (change.kind() == StoreTree.Change.Kind.DELETED) {
                reapLater(change.path().parent());
            }
            if (tree.lifetime(change.path()) instanceof Lifetime.Ttl ttl) {
                expireLater(change.path(), change.revision(), ttl.unwritten());
            }
        }
    }

    private void reapLater(NodePath directory) {
        if (Lifetime.CONTAINER.equals(tree.lifetime(directory))
                && tree.children(directory).isEmpty()) {
            long seen = tree.list(directory).orElseThrow().dirRev();
            timeline.schedule(CONTAINER_REST, () -> {
                boolean still = tree.list(directory)
                        .filter(listing -> listing.entries().isEmpty() && listing.dirRev() == seen)
                        .isPresent();
                if (still) {
                    tree.remove(List.of(directory));
                    publish();
                }
            });
        }
    }

    private void expireLater(NodePath path, long revision, Duration unwritten) {
        timeline.schedule(unwritten, () -> {
            boolean untouched = tree.read(path)
                    .filter(node -> node.stat().modRev() == revision)
                    .isPresent();
            if (untouched && tree.children(path).isEmpty()) {
                tree.remove(List.of(path));
                publish();
            }
        });
    }

    private void watchExpiry(ServerSession session) {
        Duration left = session.untilExpiry();
        timeline.schedule(left, () -> {
            if (!isOpen(session.id())) {
                return;
            }
            Duration held = isDown() ? Duration.ofNanos(downUntilNanos - timeline.nowNanos() + 1) : pauseLeft();
            if (!held.isZero()) {
                timeline.schedule(held, () -> watchExpiry(session));
            } else if (session.untilExpiry().isZero()) {
                endSession(session);
            } else {
                watchExpiry(session);
            }
        });
    }
}
