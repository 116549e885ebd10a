package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.request.Sequencer;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.transport.ClientPort;
import baton.server.transport.EventLoops;
import baton.server.transport.TransportLoop;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one server, from start to close.
 *
 * <p>If one of them fails, the server serves no more: clients are cut off, so that they look for another server,
 * {@link #failure} completes with the reason, and all that is left to do is {@link #close}.
 */
public final class ServerRuntime implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerRuntime.class);
    private static final int LOOPS_MAX = 16;

    private final ServerSettings settings;
    private final OpenStorage storage;
    private final ConnectionServices services;
    private final ServerStatus status;
    private final SequencerInbox inbox;
    private final List<AgentHost> agents = new ArrayList<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final EventLoops eventLoops;
    private final List<ClientLoop> loops = new ArrayList<>();
    private final Map<TransportLoop, ClientLoop> byTransport = new IdentityHashMap<>();
    private final SequencerAgent sequencer;

    // Written by the thread that starts the server.
    private volatile @Nullable ClientPort port;

    @Inject
    ServerRuntime(
            ServerSettings settings,
            OpenStorage storage,
            Sequencer machine,
            ConnectionServices services,
            ServerStatus status,
            Clock clock) {
        this.settings = settings;
        this.storage = storage;
        this.services = services;
        this.status = status;
        this.eventLoops = new EventLoops(loopCount(settings), ServerThreads.numbered(ServerThreads.LOOP));
        Bell sequencerBell =
                eventLoops.loops().size() == 1 ? new LoopBell(eventLoops.loops().get(0)) : new Doorbell();
        this.inbox = new SequencerInbox(sequencerBell);
        long bytesPerLoop = settings.limits().outstandingBytesMax() / loopCount(settings);
        for (TransportLoop each : eventLoops.loops()) {
            ClientLoop loop = new ClientLoop(each, inbox, bytesPerLoop);
            loops.add(loop);
            byTransport.put(each, loop);
        }
        Doorbell logDoorbell = new Doorbell();
        LogAgent logAgent = new LogAgent(storage.log(), trigger(settings), sequencerBell, slowSyncMillis(settings));
        Optional<SnapshotAgent> snapshots = snapshotAgent(clock);
        this.sequencer = new SequencerAgent(
                machine,
                storage.state(),
                inbox,
                logAgent,
                logDoorbell,
                !storage.isOnDisk(),
                snapshots,
                settings.sessions().tickMillis(),
                clock,
                loops);
        agents.add(sequencerHost(sequencerBell));
        if (storage.isOnDisk()) {
            agents.add(new AgentThread(logAgent, logDoorbell, this::failed));
        }
    }

    // With one loop there is nobody to share the work with, and so no reason to hand it over.
    private AgentHost sequencerHost(Bell bell) {
        return bell instanceof LoopBell onLoop
                ? new AgentOnLoop(sequencer, onLoop, this::failed)
                : new AgentThread(sequencer, (Doorbell) bell, this::failed);
    }

    private Optional<SnapshotAgent> snapshotAgent(Clock clock) {
        if (!(settings.storage() instanceof StorageSettings.Files files)) {
            return Optional.empty();
        }
        Doorbell doorbell = new Doorbell();
        Optional<SnapshotAgent> agent =
                storage.files().map(opened -> new SnapshotAgent(opened, files.purge(), doorbell, clock.nanos()));
        agent.ifPresent(present -> agents.add(new AgentThread(present, doorbell, this::failed)));
        return agent;
    }

    private static SnapshotTrigger trigger(ServerSettings settings) {
        StorageSettings.Snapshots limits = settings.storage() instanceof StorageSettings.Files files
                ? files.snapshots()
                : StorageSettings.Snapshots.DEFAULT;
        return new SnapshotTrigger(limits.snapCount(), limits.logBytesMax(), new SplittableRandom());
    }

    private static int slowSyncMillis(ServerSettings settings) {
        StorageSettings.Log log =
                settings.storage() instanceof StorageSettings.Files files ? files.log() : StorageSettings.Log.DEFAULT;
        return log.slowSyncMillis();
    }

    // Up to two processors, one loop leaves the other to the sequencer and the log.
    private static int loopCount(ServerSettings settings) {
        int chosen = settings.limits().eventLoops();
        int processors = Runtime.getRuntime().availableProcessors();
        return chosen > 0 ? chosen : Math.max(1, Math.min(LOOPS_MAX, processors / 2));
    }

    /**
     * Starts the threads and listens.
     *
     * @throws IOException if the address cannot be bound; {@link #close} must be called all the same
     */
    public void start() throws IOException {
        sequencer.start(isSnapshotDue());
        agents.forEach(AgentHost::start);
        InetSocketAddress address = settings.listen().resolve();
        ClientPort opened = eventLoops.listen(
                address, settings.limits(), channel -> new LoopConnection(channel, loopOf(channel.loop()), services));
        port = opened;
        cutOffIfFailed();
        status.serving(loops, opened);
        log.info(
                "listening address={} storage={} loops={} io={}",
                opened.address(),
                settings.storage(),
                loops.size(),
                eventLoops.kind());
    }

    /** Without one, a server that is started again and again before it has written enough would replay ever more. */
    private boolean isSnapshotDue() {
        return settings.storage() instanceof StorageSettings.Files files
                && storage.files()
                        .map(opened -> opened.recovered().replayedCount()
                                > files.snapshots().snapCount() / 2)
                        .orElse(false);
    }

    private ClientLoop loopOf(TransportLoop transport) {
        ClientLoop loop = byTransport.get(transport);
        if (loop == null) {
            throw new IllegalStateException("a connection came up on a loop that is not ours");
        }
        return loop;
    }

    /** Returns the port that is bound. */
    public int port() {
        return status.port();
    }

    /** Completes with the reason if the server cannot go on. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    /** Cuts off the clients, forces what was let in to the disk, and ends all threads. Sessions survive on disk. */
    @Override
    public void close() throws StorageException, InterruptedException {
        ClientPort opened = port;
        if (opened != null) {
            opened.close();
        }
        try {
            for (AgentHost each : inOrderOfEnding()) {
                each.stop();
            }
            eventLoops.close();
        } finally {
            storage.close();
        }
        log.info("stopped storage={}", settings.storage());
    }

    /** The sequencer gives to the others, so it ends first. */
    private List<AgentHost> inOrderOfEnding() {
        List<AgentHost> order = new ArrayList<>(agents);
        order.sort((one, other) -> Boolean.compare(other.hosts(sequencer), one.hosts(sequencer)));
        return order;
    }

    private void failed(String role, Throwable cause) {
        agents.forEach(AgentHost::abandon);
        failure.complete(cause);
        cutOffIfFailed();
    }

    // Called on both sides, since a server may fail while it starts: whoever comes second finds both.
    private void cutOffIfFailed() {
        ClientPort opened = port;
        if (opened != null && failure.isDone()) {
            opened.cutOff();
        }
    }
}
