package baton.server.runtime;

import baton.server.config.AdminSettings.Presence;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.config.Supervisor;
import baton.server.config.WantedPort;
import baton.server.request.Sequencer;
import baton.server.storage.DataDirectory;
import baton.server.storage.FileStorage;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.storage.StuckDiskException;
import baton.server.transport.ClientPort;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpSite;
import baton.server.transport.NoticeSocket;
import baton.server.transport.TransportLoop;
import baton.server.tree.ListingCache;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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

    /** A loop or the sequencer that takes longer for a turn does not come to its end, unless disks are said to be slower. */
    private static final long TURN_MILLIS_MAX = 10_000;

    /** A process that is told to stop has ten seconds. */
    private static final long UNHURRIED_MILLIS_MAX = 5_000;

    private final ServerSettings settings;
    private final OpenStorage storage;
    private final ConnectionServices services;
    private final ServerStatus status;
    private final ServerMetrics metrics;
    private final HttpSite adminSite;
    private final Housing housing;
    private final Clock clock;
    private final RecentDigests digests = new RecentDigests();
    private final SequencerInbox inbox;
    private final List<AgentHost> agents = new ArrayList<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final List<ClientLoop> loops = new ArrayList<>();
    private final Map<TransportLoop, ClientLoop> byTransport = new IdentityHashMap<>();
    private final LogAgent logAgent;
    private final SequencerAgent sequencer;
    private final ReportThreads reports = new ReportThreads();
    private final Optional<SnapshotAgent> snapshots;
    private final SnapshotsOnRequest onRequest;
    private final LifeSigns lifeSigns;

    // Written by the thread that starts the server.
    private final List<ClientPort> ports = new CopyOnWriteArrayList<>();
    private boolean started;
    private boolean ended;

    private volatile @Nullable ServiceNotices notices;

    @Inject
    ServerRuntime(
            ServerSettings settings,
            OpenStorage storage,
            Sequencer machine,
            ConnectionServices services,
            ServerStatus status,
            ServerMetrics metrics,
            HttpSite adminSite,
            Housing housing,
            Clock clock) {
        this.settings = settings;
        this.storage = storage;
        this.services = services;
        this.status = status;
        this.metrics = metrics;
        this.adminSite = adminSite;
        this.housing = housing;
        this.clock = clock;
        List<TransportLoop> transport = housing.loops().loops();
        Bell sequencerBell = transport.size() == 1 ? new LoopBell(transport.get(0)) : new Doorbell();
        this.inbox = new SequencerInbox(SequencerInbox.CAPACITY, sequencerBell);
        for (TransportLoop each : transport) {
            ClientLoop loop = new ClientLoop(
                    each,
                    inbox,
                    services.reads().nodeReads(ListingCache.usual()),
                    settings.limits().flow(),
                    transport.size(),
                    LoopBounds.DEFAULT,
                    this::failedOnLoop);
            loops.add(loop);
            byTransport.put(each, loop);
        }
        Doorbell logDoorbell = new Doorbell();
        Doorbell snapshotDoorbell = new Doorbell();
        this.snapshots = snapshotAgent(snapshotDoorbell, sequencerBell);
        this.onRequest = new SnapshotsOnRequest(settings, storage, inbox, snapshots);
        this.logAgent = new LogAgent(
                storage.log(),
                LogAgent.takesTurns(storage.isOnDisk(), Runtime.getRuntime().availableProcessors()),
                trigger(),
                sequencerBell,
                logDoorbell,
                snapshotDoorbell,
                log(settings).slowSyncMillis(),
                metrics,
                clock);
        this.sequencer = new SequencerAgent(
                machine,
                storage.state(),
                inbox,
                logAgent,
                logDoorbell,
                !storage.isOnDisk(),
                new LoneClient(LoneClient.TURNS),
                snapshots,
                settings.sessions().tickMillis(),
                clock,
                loops,
                metrics,
                digests,
                services.audit(),
                () -> Integer.MAX_VALUE);
        this.lifeSigns = new LifeSigns(
                loops, inbox, TimeUnit.MILLISECONDS.toNanos(Math.max(TURN_MILLIS_MAX, stuckMillis())), clock);
        agents.add(sequencerHost(sequencerBell));
        // One in memory whom no operator looks at is part of a process that he looks at.
        if (storage.isOnDisk() || settings.admin().presence() != Presence.OFF) {
            agents.add(thread(
                    new Watchdog(logAgent, diskPatience(), snapshots, lifeSigns, Watchdog::logStacks), new Doorbell()));
        }
        if (storage.isOnDisk()) {
            snapshots.ifPresent(agent -> agents.add(thread(agent, snapshotDoorbell)));
            agents.add(thread(logAgent, logDoorbell));
        }
    }

    // With one loop there is nobody to share the work with, and so no reason to hand it over.
    private AgentHost sequencerHost(Bell bell) {
        return bell instanceof LoopBell onLoop
                ? new AgentOnLoop(sequencer, onLoop, loops.get(0), clock, endMillisMax(), this::failed)
                : thread(sequencer, (Doorbell) bell);
    }

    private AgentThread thread(Agent agent, Doorbell doorbell) {
        return new AgentThread(agent, doorbell, this::failed, UNHURRIED_MILLIS_MAX, stuckMillis());
    }

    private Optional<SnapshotAgent> snapshotAgent(Doorbell doorbell, Bell sequencerBell) {
        if (!(settings.storage() instanceof StorageSettings.Files files)) {
            return Optional.empty();
        }
        Optional<FileStorage> opened = storage.files();
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SnapshotAgent(
                opened.get(),
                files.purge(),
                SnapshotAgent.SCRUB_NANOS,
                doorbell,
                sequencerBell,
                metrics,
                diskPatience(),
                clock));
    }

    private Patience diskPatience() {
        return new Patience(TimeUnit.MILLISECONDS.toNanos(stuckMillis()));
    }

    private int stuckMillis() {
        return log(settings).stuckSyncMillis();
    }

    private SnapshotTrigger trigger() {
        StorageSettings.Snapshots limits = settings.storage() instanceof StorageSettings.Files files
                ? files.snapshots()
                : StorageSettings.Snapshots.DEFAULT;
        return new SnapshotTrigger(
                limits.snapCount(),
                limits.logBytesMax(),
                storage::newestSnapshotBytes,
                nowNanos -> snapshots.isPresent() && snapshots.get().rests(nowNanos),
                new SplittableRandom());
    }

    private static StorageSettings.Log log(ServerSettings settings) {
        return settings.storage() instanceof StorageSettings.Files files ? files.log() : StorageSettings.Log.DEFAULT;
    }

    /**
     * Starts the threads, listens, and has operators shown this server.
     *
     * @throws ListenException if a port cannot be had; {@link #close} must be called all the same
     */
    public void start() throws ListenException {
        metrics.measure(Timing.DBINITTIME, storage.took().nanos());
        metrics.measure(Timing.STARTUP_SNAP_LOAD_TIME, storage.took().snapshotNanos());
        metrics.measure(Timing.STARTUP_TXNS_LOAD_TIME, storage.took().logNanos());
        Optional<FileStorage> files = storage.files();
        if (files.isPresent()) {
            metrics.measure(Timing.STARTUP_TXNS_LOADED, files.get().recovered().replayedCount());
        }
        SecurePort secure = settings.secure();
        TlsThread encryption = housing.tls().orElse(null);
        sequencer.start(isSnapshotDue());
        for (AgentHost each : agents) {
            each.start();
        }
        ClientPort first = listen(WantedPort.ofFirst(settings), ofFirstPort(secure, encryption));
        Optional<WantedPort> another = WantedPort.ofTls(settings);
        Optional<ClientPort> encrypted = encryption == null || another.isEmpty()
                ? Optional.empty()
                : Optional.of(listen(another.get(), new Security.Encrypted(encryption.forClients())));
        status.serving(new ServerStatus.Serving(
                loops,
                first,
                encrypted,
                Optional.ofNullable(encryption).flatMap(TlsThread::ofClients),
                inbox,
                digests,
                reports,
                storage,
                new DirectoryLook(storage::sizes, reports),
                lifeSigns,
                logAgent,
                onRequest::take,
                failure,
                clock.nanos()));
        housing.show(adminSite);
        AuditLog audit = services.audit();
        if (audit != null) {
            audit.started();
        }
        started = true;
    }

    private static Security ofFirstPort(@Nullable SecurePort secure, @Nullable TlsThread encryption) {
        if (secure == null || encryption == null) {
            return new Security.Plain();
        }
        if (secure.isAlone()) {
            return new Security.Encrypted(encryption.forClients());
        }
        return secure.unified() ? new Security.Either(encryption.forClients()) : new Security.Plain();
    }

    private ClientPort listen(WantedPort port, Security security) throws ListenException {
        try {
            ClientPort opened = housing.listen(
                    port.address(), security, channel -> new LoopConnection(channel, loopOf(channel.loop()), services));
            ports.add(opened);
            cutOffIfFailed();
            log.info(
                    "listening address={} tls={} storage={} loops={} io={}",
                    opened.address(),
                    security,
                    settings.storage(),
                    loops.size(),
                    housing.loops().io().shown());
            return opened;
        } catch (IOException e) {
            throw ListenException.of(port, e);
        }
    }

    /** Without one, a server that is started again and again before it has written enough would replay ever more. */
    private boolean isSnapshotDue() {
        Optional<FileStorage> opened = storage.files();
        return settings.storage() instanceof StorageSettings.Files files
                && opened.isPresent()
                && opened.get().recovered().replayedCount() > files.snapshots().snapCount() / 2;
    }

    private ClientLoop loopOf(TransportLoop transport) {
        ClientLoop loop = byTransport.get(transport);
        if (loop == null) {
            throw new IllegalStateException("a connection came up on a loop that is not ours");
        }
        return loop;
    }

    /**
     * Tells the manager that the server is ready, and from now on how it fares. A manager that does not listen is no
     * reason not to serve.
     */
    public void reportTo(Supervisor manager, String status) {
        try {
            ServiceNotices opened = new ServiceNotices(
                    manager,
                    NoticeSocket.open(manager.socket()),
                    housing.loops().loops().get(0),
                    inbox);
            notices = opened;
            opened.ready(status);
        } catch (IOException e) {
            log.warn("failed to notify socket={} because={}", manager.socket(), e.getMessage());
        }
    }

    /** Returns the port that is bound. */
    public int port() {
        return status.port();
    }

    /** Returns the port that speaks nothing but TLS, -1 if there is none. */
    public int securePort() {
        return status.securePort();
    }

    /** Returns the last transaction that was given to the log. Once the server is closed. */
    public long lastZxid() {
        return storage.log().lastZxid();
    }

    /** Completes with the reason if the server cannot go on. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    /**
     * Cuts off the clients, forces what was let in to the disk, and ends all threads. Sessions survive on disk. After a
     * disk that hangs, or an interrupt, a thread may be left with it; then the directory stays locked until the process
     * ends.
     *
     * @throws InterruptedException if somebody has no more time for this: what was let in and not acknowledged is dropped
     */
    @Override
    public void close() throws StorageException, InterruptedException {
        ServiceNotices told = notices;
        if (told != null) {
            told.stopping();
        }
        if (!ended && end(() -> ports.forEach(ClientPort::close), () -> {})) {
            storage.close();
        }
    }

    /**
     * As {@link #close}, but another server will be here in a moment.
     *
     * @param between run whenever a thread has ended
     * @return what that goes on with, held without a gap
     * @throws StuckDiskException if a thread is left with the disk; nobody may use the directory before the process has ended
     * @throws StorageException if the log failed, even if only while the server ended; then other servers are let in
     * @throws IllegalStateException as well, if something else did
     */
    public DataDirectory stepDown(Runnable between) throws StorageException, InterruptedException {
        ServiceNotices told = notices;
        if (told != null) {
            told.steppingDown();
        }
        if (!end(() -> housing.vacate(ports), between)) {
            throw new StuckDiskException(endMillisMax());
        }
        requireSound();
        return storage.handOver();
    }

    /** Returns how long one thread may take to end. */
    public long endMillisMax() {
        return UNHURRIED_MILLIS_MAX + stuckMillis();
    }

    /** Threads that fail have ended, too: once all have it is known whether one did. */
    private void requireSound() throws StorageException {
        Throwable cause = failure.getNow(null);
        if (cause == null) {
            return;
        }
        storage.close();
        if (cause instanceof StorageException failed) {
            throw failed;
        }
        throw new IllegalStateException("the server failed while it ended: " + cause, cause);
    }

    /** Says whether all threads have ended: what is still with the disk may yet write, and its files must not be touched. */
    private boolean end(Runnable leaving, Runnable between) throws InterruptedException {
        ended = true;
        AuditLog audit = services.audit();
        if (audit != null && started) {
            audit.stopping();
        }
        leaving.run();
        try {
            return endAgents(between);
        } finally {
            loops.forEach(ClientLoop::end);
            onRequest.end();
            reports.close();
            log.info("stopped storage={}", settings.storage());
        }
    }

    private boolean endAgents(Runnable between) throws InterruptedException {
        boolean allEnded = true;
        try {
            for (AgentHost each : inOrderOfEnding()) {
                allEnded &= each.stop();
                between.run();
            }
            return allEnded;
        } catch (InterruptedException e) {
            agents.forEach(AgentHost::abandon);
            throw e;
        }
    }

    /** The sequencer gives to the others, so it ends first; then the watchdog, which would miss it. */
    private List<AgentHost> inOrderOfEnding() {
        List<AgentHost> order = new ArrayList<>(agents);
        order.sort((one, other) -> Boolean.compare(other.hosts(sequencer), one.hosts(sequencer)));
        return order;
    }

    /** Ends serving, as if one of the threads had failed. Callable from any thread. */
    public void fail(Throwable cause) {
        if (!failure.isDone()) {
            failedOnLoop(cause);
        }
    }

    private void failedOnLoop(Throwable cause) {
        String thread = Thread.currentThread().getName();
        try {
            log.error("stopped thread={}", thread, cause);
        } finally {
            failed(thread, cause);
        }
    }

    private void failed(String role, Throwable cause) {
        // First, and without taking memory, of which there may be none: whoever holds the server learns of it in any
        // case.
        failure.complete(cause);
        metrics.count(Tally.UNRECOVERABLE_ERROR_COUNT);
        agents.forEach(AgentHost::abandon);
        ServiceNotices told = notices;
        if (told != null) {
            told.failed(cause);
        }
        cutOffIfFailed();
    }

    // Called on both sides, since a server may fail while it starts: whoever comes second finds both.
    private void cutOffIfFailed() {
        if (failure.isDone()) {
            ports.forEach(ClientPort::cutOff);
        }
    }
}
