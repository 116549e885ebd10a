package baton.server.runtime;

import baton.protocol.WatcherType;
import baton.server.auth.AccessControl;
import baton.server.auth.Authentication;
import baton.server.auth.InterruptedScheme;
import baton.server.config.AuthSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings.Purge;
import baton.server.request.Event;
import baton.server.request.GrowthBudget;
import baton.server.request.ReadRequests;
import baton.server.request.Sequencer;
import baton.server.request.SequencerBounds;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.session.ClientConnection;
import baton.server.session.RateLimit;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.storage.FileStorage;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import baton.server.transport.ClientChannel;
import baton.server.transport.ClientInput;
import baton.server.transport.TransportLoop;
import baton.server.tree.ListingCache;
import baton.server.tree.Loans;
import baton.server.watch.WatchBounds;
import baton.server.watch.WatchMode;
import baton.server.watch.WatchTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ServerRuntime} puts on threads, without the threads: a simulation gives every agent its turns. All the code
 * below is that of production.
 */
public final class SimulatedRuntime {
    /** The agents, each a thread in production. */
    public enum Role {
        SEQUENCER,
        LOG,
        SNAPSHOT,
        WATCHDOG
    }

    /** What a simulation decides about the process, and where it may let something else happen. */
    public interface Host {
        /** Says how many steps of the hand-over from the writer to the readers the sequencer takes in a turn. */
        int handOverSteps();

        /** An agent is to get a turn. */
        void ring(Role role);

        /** Returns what notices when the lists are free that a loop has lent to its sockets. */
        Loans loans(int loop);

        /** A loop, or an agent on one, has ended. */
        void failed(Throwable failure);

        /** The sequencer is in the middle of a turn. */
        void deciding();

        /** A loop is in the middle of a read. */
        void reading();
    }

    /**
     * What there is room for.
     *
     * @param treeBytes memory that the tree may take
     * @param strangers connections of a loop that have not asked for a session
     * @param queue requests that wait for the sequencer
     * @param inbox answers and events that wait for a loop, before the sequencer takes no more requests
     */
    public record Room(long treeBytes, int strangers, int queue, int inbox) {
        /** As much as in production, and memory without end. */
        public static final Room AMPLE = new Room(
                Long.MAX_VALUE,
                LoopBounds.DEFAULT.strangersMax(),
                SequencerInbox.CAPACITY,
                LoopBounds.DEFAULT.inboxLong());
    }

    /** No loop is given no turns for so long. */
    private static final long TURN_NANOS_MAX = TimeUnit.SECONDS.toNanos(100);

    /** Of some clients none has the server for itself for long. */
    private static final int TURNS_ALONE = 2;

    private static final int SWEPT_AT_ONCE = 100;
    private static final int LISTS_BYTES_MAX = 1 << 12;

    /** Soon asked for often enough, and soon too much. */
    private static final ListingCache.Lending LENDING = new ListingCache.Lending(20, 0, 100);

    /** The digest of the tree is counted anew in so many ticks: some times before the server ends. */
    private static final int RECOUNT_TICKS = 4;

    private final Map<Role, Agent> agents = new EnumMap<>(Role.class);
    private final Map<TransportLoop, ClientLoop> loops = new LinkedHashMap<>();
    private final SequencerInbox inbox;
    private final SequencerAgent sequencer;
    private final SnapshotAgent snapshots;
    private final ServerState state;
    private final int tickMillis;
    private final ConnectionServices services;
    private final Bell sequencerBell;
    private final Optional<AgentOnLoop> onLoop;
    private final ServerMetrics metrics = new ServerMetrics();

    /**
     * Puts a server together.
     *
     * @param log what the log agent writes to: the storage's log, or something around it
     * @param drawing of the lengths of the log at which a snapshot is due
     * @param scrubNanos after how long every file is read again
     * @param transport the event loops; a single one gives the sequencer its turns if that is wanted
     * @param stuckNanos how long the disk may take for a call
     * @param seed of what no client can guess
     */
    public SimulatedRuntime(
            ServerSettings settings,
            int sweepMillis,
            Room room,
            ServerState state,
            FileStorage storage,
            TxnLog log,
            int snapCount,
            RandomGenerator drawing,
            long scrubNanos,
            SessionIds sessionIds,
            Clock clock,
            List<TransportLoop> transport,
            boolean sequencerOnLoop,
            long stuckNanos,
            long seed,
            Host host) {
        this.state = state;
        this.tickMillis = settings.sessions().tickMillis();
        HoldingSettings holdings = settings.limits().holdings();
        WatchTable<ClientConnection> watches = new WatchTable<>(
                state.tree().hashes(), WatchBounds.ofPaths(holdings.watchesPerConnectionMax(), holdings.watchesMax()));
        AuthSettings auth = settings.features().auth();
        AccessControl writersAccess = InterruptedScheme.access(auth, host::deciding);
        AccessControl readersAccess = InterruptedScheme.access(auth, host::reading);
        SequencerSettings limits = new SequencerSettings(
                settings.sessions().minTimeoutMillis(),
                settings.sessions().maxTimeoutMillis(),
                sweepMillis,
                SWEPT_AT_ONCE,
                (long) RECOUNT_TICKS * tickMillis,
                0,
                true,
                settings.features().quotaEnforced(),
                false,
                true,
                false,
                new SequencerBounds(
                        holdings.sessionsMax(),
                        holdings.ephemeralsPerSessionMax(),
                        SequencerBounds.DEFAULT.recordBytesMax(),
                        room.treeBytes(),
                        new RateLimit.Budget(
                                holdings.sessionBurstMax(), holdings.sessionFillMillis(), holdings.sessionFillCount()),
                        GrowthBudget.UNBOUNDED));
        Sequencer machine = new Sequencer(state, watches, writersAccess, limits, sessionIds, SessionPasswords::classic);
        this.services = new ConnectionServices(
                settings,
                new ReadRequests(
                        state.tree(),
                        watches,
                        readersAccess,
                        settings.limits().listBytesMax(),
                        settings.limits().manyReadsBytesMax()),
                watches,
                new Credentials(new Authentication(auth), () -> new Random(seed)),
                new NoWords(),
                metrics,
                clock);
        LoopBell loopBell = new LoopBell(transport.get(0));
        this.sequencerBell = sequencerOnLoop ? loopBell : () -> host.ring(Role.SEQUENCER);
        this.inbox = new SequencerInbox(room.queue(), sequencerBell);
        List<ClientLoop> clientLoops = new ArrayList<>();
        for (TransportLoop each : transport) {
            ClientLoop loop = new ClientLoop(
                    each,
                    inbox,
                    services.reads().nodeReads(new ListingCache(LISTS_BYTES_MAX, LENDING, host.loans(loops.size()))),
                    settings.limits().flow(),
                    transport.size(),
                    new LoopBounds(room.strangers(), room.inbox()),
                    host::failed);
            loops.put(each, loop);
            clientLoops.add(loop);
        }
        this.snapshots = new SnapshotAgent(
                storage,
                new Purge(3, 1),
                scrubNanos,
                () -> host.ring(Role.SNAPSHOT),
                inbox.bell(),
                metrics,
                new Patience(stuckNanos),
                clock);
        SnapshotTrigger trigger =
                new SnapshotTrigger(snapCount, 0, storage.snapshots()::newestBytes, snapshots::rests, drawing);
        LogAgent logAgent = new LogAgent(
                log,
                true,
                trigger,
                inbox.bell(),
                () -> host.ring(Role.LOG),
                () -> host.ring(Role.SNAPSHOT),
                Integer.MAX_VALUE,
                metrics,
                clock);
        this.sequencer = new SequencerAgent(
                machine,
                state,
                inbox,
                logAgent,
                () -> host.ring(Role.LOG),
                false,
                new LoneClient(TURNS_ALONE),
                Optional.of(snapshots),
                settings.sessions().tickMillis(),
                clock,
                clientLoops,
                metrics,
                new RecentDigests(),
                null,
                host::handOverSteps);
        this.onLoop = sequencerOnLoop
                ? Optional.of(new AgentOnLoop(
                        sequencer, loopBell, clientLoops.get(0), clock, 0, (role, failure) -> host.failed(failure)))
                : Optional.empty();
        agents.put(Role.SEQUENCER, sequencer);
        agents.put(Role.LOG, logAgent);
        agents.put(Role.SNAPSHOT, snapshots);
        agents.put(
                Role.WATCHDOG,
                new Watchdog(
                        logAgent,
                        new Patience(stuckNanos),
                        Optional.of(snapshots),
                        new LifeSigns(clientLoops, inbox, TURN_NANOS_MAX, clock),
                        () -> {}));
    }

    /** Begins to serve; connections may come from now on. */
    public void start(boolean snapshotIsDue) {
        sequencer.start(snapshotIsDue);
        onLoop.ifPresent(AgentOnLoop::start);
    }

    /** Asks for a turn of the sequencer, wherever it has them. */
    public void ringSequencer() {
        sequencerBell.ring();
    }

    /** Makes what serves a connection. */
    public ClientInput serve(ClientChannel channel) {
        return new LoopConnection(channel, loops.get(channel.loop()), services);
    }

    /** Says whether there is such a watch of a connection. */
    public boolean isWatched(ClientInput connection, String path, WatcherType type) {
        return services.watches().has(path, (LoopConnection) connection, type);
    }

    /** Returns how many paths a connection watches. */
    public int watchedPaths(ClientInput connection) {
        return ((LoopConnection) connection).watchedPaths().size();
    }

    /** Registers a watch that nobody has asked for. */
    public void watchUnasked(ClientInput connection, String path) {
        services.watches().add(path, (LoopConnection) connection, WatchMode.DATA);
    }

    /** Gives the agent a turn; returns how much it did. */
    public int turn(Role role, long nowNanos) throws Exception {
        return agents.get(role).doWork(nowNanos);
    }

    public boolean hasWork(Role role) {
        return agents.get(role).hasWork();
    }

    public long deadlineNanos(Role role) {
        return agents.get(role).deadlineNanos();
    }

    boolean awaitsOthers(Role role) {
        return agents.get(role).awaitsOthers();
    }

    /** Tells the agent that the server has waited long enough for it. */
    void hurry(Role role) {
        agents.get(role).hurry();
    }

    /** Tells the agent that nobody gives it anything to do any more. */
    void ending(Role role) {
        agents.get(role).ending();
    }

    /** Lets the sessions be looked at without asking the loops first: what no server may do. */
    public void expireAtOnce() {
        inbox.offer(new Event.Ticked());
    }

    /**
     * Has a snapshot taken, as for an operator.
     *
     * @param given gets it when that has worked
     */
    public void takeSnapshot(Consumer<TakenSnapshot> given) {
        inbox.ask(() -> {
            StateSnapshot snapshot = new StateSnapshot(state, true);
            snapshots.run(() -> {
                try {
                    try (TakenSnapshot taken = snapshots.take(
                            snapshot,
                            Optional.of(new StateReplay(tickMillis, state.tree().hashes())))) {
                        given.accept(taken);
                    }
                } catch (StorageException e) {
                    // As whoever asked is told.
                    metrics.count(Tally.SNAPSHOT_ERROR_COUNT);
                }
            });
        });
    }

    /** Returns what clients were refused so far because there was too much of it. */
    public Set<Limit> refused() {
        Set<Limit> refused = EnumSet.noneOf(Limit.class);
        for (Limit each : Limit.values()) {
            if (metrics.refused(each) > 0) {
                refused.add(each);
            }
        }
        return refused;
    }

    /** Says whether a client was turned away because it looked for another ensemble. */
    public boolean hasTurnedStraysAway() {
        return metrics.counted(Tally.ENSEMBLE_AUTH_FAIL) > 0;
    }

    /** Returns how often all nodes were counted anew. */
    public long recounts() {
        return metrics.counted(Tally.TREE_RECOUNT_COUNT);
    }

    /** Returns what was measured so far. */
    Distribution.Summary measured(Timing timing) {
        return metrics.measured(timing);
    }

    /** Counts the requests that are inside the server. */
    public long outstandingRequests() {
        return loops.values().stream()
                .mapToLong(each -> each.counters().outstanding())
                .sum();
    }

    /** Counts the requests that wait for the sequencer. */
    public int waitingRequests() {
        return inbox.size();
    }

    /** Counts what waits for the loop that has most to do. */
    public int longestInbox() {
        return loops.values().stream()
                .mapToInt(each -> each.inbox().size())
                .max()
                .orElse(0);
    }

    /** Tells what there is for connections and their requests. */
    public List<String> leftBehind() {
        List<String> left = new ArrayList<>();
        for (ClientLoop loop : loops.values()) {
            loop.connections().forEach(each -> left.add("connection " + each));
        }
        int watches = services.watches().count();
        if (watches > 0) {
            left.add(watches + " watches");
        }
        if (outstandingRequests() > 0) {
            left.add(outstandingRequests() + " requests");
        }
        return left;
    }

    static final class NoWords implements Words {
        @Override
        public int argumentBytes(int first, InetAddress from) {
            return 0;
        }

        @Override
        public @Nullable CompletionStage<String> answer(int first, long argument, InetAddress from) {
            return null;
        }
    }
}
