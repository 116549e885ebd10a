package baton.server;

import baton.protocol.tls.TlsException;
import baton.server.admin.Environment;
import baton.server.admin.RestoringSite;
import baton.server.config.ConfigReport;
import baton.server.config.ListenAddress;
import baton.server.config.Occupied;
import baton.server.config.ServerSettings;
import baton.server.config.Supervisor;
import baton.server.runtime.AuditLog;
import baton.server.runtime.Clock;
import baton.server.runtime.Housing;
import baton.server.runtime.ListenException;
import baton.server.runtime.OpenStorage;
import baton.server.runtime.PacedNotice;
import baton.server.runtime.Rebirth;
import baton.server.runtime.RebirthProgress;
import baton.server.runtime.ReloadNotices;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerRuntime;
import baton.server.storage.CorruptLogException;
import baton.server.storage.CorruptSnapshotException;
import baton.server.storage.DataDirectory;
import baton.server.storage.DirectoryRefusedException;
import baton.server.storage.Disk;
import baton.server.storage.Replacement;
import baton.server.storage.StorageException;
import baton.server.transport.LastResort;
import baton.server.transport.SocketIo;
import baton.server.wiring.ServerComponent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A znode server in this process: standalone, speaking Apache ZooKeeper 3.9's protocol, keeping its files.
 *
 * <p>Cheap enough for a test to start its own: with {@link ServerSettings#inMemory()} it has one thread a loop, a port the
 * system picked, and nothing on disk. Thread-safe.
 */
public final class BatonServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BatonServer.class);

    private final ServerSettings settings;
    private final HostProcess host;
    private final Housing housing;
    private final ServerMetrics metrics = new ServerMetrics();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final LastResort lastResort = this::fail;

    // Written with this locked, and read by anybody.
    private volatile ServerRuntime runtime;
    private volatile OptionalLong rebornAtNanos = OptionalLong.empty();
    // Whoever hears how the server fares: nobody before it is reported ready, and nobody once it is closed.
    private volatile Optional<Supervisor> told = Optional.empty();

    /** The ports of the first life, which all others have. */
    private volatile int port;

    private volatile int securePort = -1;

    // Guarded by this.
    private boolean closed;

    private BatonServer(ServerSettings settings, HostProcess host, OpenStorage storage) {
        this.settings = settings;
        this.host = host;
        this.housing = new Housing(settings, host.descriptors(), lastResort);
        this.runtime = assembled(storage);
    }

    /**
     * Recovers what the settings name, and serves it. Returns when clients can connect.
     *
     * @throws StartFailedException with one line that says what is in the way
     */
    public static BatonServer start(ServerSettings settings) throws StartFailedException {
        return start(settings, HostProcess.OF_APPLICATION);
    }

    /** As {@link #start(ServerSettings)}, with what the process has that it starts in. */
    public static BatonServer start(ServerSettings settings, HostProcess host) throws StartFailedException {
        return start(settings, host, Disk.ofSystem());
    }

    /** As {@link #start(ServerSettings)}, with its files on another disk than that of this machine. */
    static BatonServer start(ServerSettings settings, Disk disk) throws StartFailedException {
        return start(settings, HostProcess.OF_APPLICATION, disk);
    }

    static BatonServer start(ServerSettings settings, HostProcess host, Disk disk) throws StartFailedException {
        try {
            return started(settings, host, disk);
        } catch (StartFailedException e) {
            AuditLog.of(settings).ifPresent(AuditLog::notStarted);
            throw e;
        }
    }

    private static BatonServer started(ServerSettings settings, HostProcess host, Disk disk)
            throws StartFailedException {
        Optional<String> obstacle = SocketIo.obstacleTo(settings.limits().transport());
        if (obstacle.isPresent()) {
            throw new StartFailedException(ExitCode.CONFIGURATION, obstacle.get());
        }
        OpenStorage storage;
        try (PacedNotice progress = PacedNotice.ofStart(host.manager(), Clock.system())) {
            storage = OpenStorage.open(settings, disk, progress);
        } catch (DirectoryRefusedException e) {
            throw e.isInUse()
                    ? new StartFailedException(
                            ExitCode.ALREADY_RUNNING,
                            withAll(message(e), Occupied.here().ports(settings)),
                            e)
                    : new StartFailedException(ExitCode.CONFIGURATION, message(e), e);
        } catch (StorageException e) {
            boolean damaged = e instanceof CorruptLogException || e instanceof CorruptSnapshotException;
            throw new StartFailedException(damaged ? ExitCode.DATA_DAMAGED : ExitCode.INTERNAL, message(e), e);
        }
        BatonServer server = new BatonServer(settings, host, storage);
        try {
            server.begin();
            return server;
        } catch (ListenException e) {
            server.close();
            ExitCode code = e.isAnotherServer() ? ExitCode.ALREADY_RUNNING : ExitCode.CONFIGURATION;
            throw new StartFailedException(
                    code,
                    withAll(String.valueOf(e.getMessage()), Occupied.here().ports(settings)),
                    e);
        } catch (TlsException e) {
            server.close();
            throw new StartFailedException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private ServerRuntime assembled(OpenStorage storage) {
        Environment environment = Environment.of(System.getProperties());
        return ServerComponent.factory()
                .create(settings, storage, environment, report(), metrics, new Reborn(), housing)
                .runtime();
    }

    private void begin() throws ListenException, TlsException {
        housing.readCertificates();
        serve();
        port = runtime.port();
        securePort = runtime.securePort();
    }

    private void serve() throws ListenException {
        // What comes of it is told by the one or the other.
        var unused = runtime.failure().thenAccept(failure::complete);
        runtime.start();
    }

    /** Begins another life of this server, with other data, on the thread of whoever has it ready. */
    private final class Reborn implements Rebirth {
        @Override
        public void prepare(Runnable work) {
            housing.prepare(work);
        }

        @Override
        public void requireTime() {
            housing.requireTime();
        }

        @Override
        public void from(Replacement replacement) throws Exception {
            rebear(replacement);
        }

        @Override
        public void lookAt(Throwable failure) {
            lastResort.lookAt(failure);
        }

        @Override
        public OptionalLong lastAtNanos() {
            return rebornAtNanos;
        }
    }

    // Not locked: whoever begins another life may wait for the thread that calls this.
    private void fail(Throwable cause) {
        failure.complete(cause);
        runtime.fail(cause);
    }

    private synchronized void rebear(Replacement replacement) throws Exception {
        if (closed || failure.isDone()) {
            throw new CancellationException("the server stops: nothing was replaced");
        }
        try (RebirthProgress progress = RebirthProgress.begin(told, runtime.endMillisMax(), Clock.system())) {
            housing.showInstead(new RestoringSite(progress::isStalled));
            DataDirectory held = runtime.stepDown(progress);
            progress.run();
            OpenStorage storage = OpenStorage.open(settings, held, replacement, runtime.lastZxid(), progress);
            progress.run();
            runtime = assembledOrClosed(storage);
            serve();
            tellReady();
            rebornAtNanos = OptionalLong.of(Clock.system().nanos());
        } catch (Exception | Error e) {
            // There is no server now, and nobody else who would say so.
            AuditLog.of(settings).ifPresent(AuditLog::notStarted);
            failure.complete(e);
            throw e;
        }
    }

    private ServerRuntime assembledOrClosed(OpenStorage storage) throws StorageException {
        try {
            return assembled(storage);
        } catch (RuntimeException | Error e) {
            storage.close();
            throw e;
        }
    }

    /** Says everything that is in the way at once, a line each. */
    private static String withAll(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).collect(Collectors.joining(System.lineSeparator()));
    }

    private static String message(StorageException e) {
        return String.valueOf(e.getMessage());
    }

    /** Returns the client port: the one asked for, or the one the system picked. */
    public int port() {
        return port;
    }

    /** Returns the port that speaks nothing but TLS, -1 if there is none. */
    public int securePort() {
        return securePort;
    }

    /** Returns the port of the admin server, 0 if there is none. */
    public int adminPort() {
        return housing.adminPort();
    }

    /** Returns what clients put into their connect string. */
    public String connectString() {
        ListenAddress listen = settings.listen();
        String host = listen.host().isEmpty() ? "127.0.0.1" : listen.host();
        return new ListenAddress(host, port()).toString();
    }

    /** Says where it listens and what it keeps, in the words of the line scripts wait for. */
    public String listening() {
        return settings.listen().withPort(port()) + " (standalone, data " + settings.storage() + ")";
    }

    /** Tells the {@linkplain HostProcess#manager manager} that the server is ready, and from now on how it fares. */
    public synchronized void reportReady() {
        if (!closed) {
            told = host.manager();
            tellReady();
        }
    }

    private void tellReady() {
        told.ifPresent(each -> runtime.reportTo(each, "listening on " + listening()));
    }

    /**
     * Reads the certificates again, logs what became of them, and tells the manager when that begins and when it is over.
     * Where the settings say so, files that were replaced are read soon without this, too.
     */
    public void reload() {
        housing.reload(reading -> new ReloadNotices(told, Clock.system()).around(reading));
    }

    /** Returns where each setting was said. */
    ConfigReport report() {
        return host.report();
    }

    /** Completes with the reason if the server cannot go on: a disk that failed, memory that ran out, or a bug. It must still be closed. */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /** Waits until the server cannot go on; returns null if the waiting thread is interrupted instead. */
    @Nullable
    Throwable awaitFailure() {
        try {
            return failure.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /**
     * Cuts clients off, forces what they were promised to the disk, and ends. Sessions outlive it on disk. A thread that was
     * interrupted before closes it all the same; one that is interrupted meanwhile may leave the directory locked.
     */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            // Without the lock, which what is prepared may need.
            housing.endPreparing();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (closeAll() || interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says whether it was interrupted meanwhile. */
    private synchronized boolean closeAll() {
        if (closed) {
            return false;
        }
        closed = true;
        told = Optional.empty();
        try {
            housing.closePorts();
            closeInside();
        } catch (StorageException e) {
            log.error("failed to close storage={}", settings.storage(), e);
        } catch (InterruptedException e) {
            log.error(
                    "interrupted while stopping storage={}: it stays locked until this process ends",
                    settings.storage());
            return true;
        }
        return false;
    }

    private void closeInside() throws StorageException, InterruptedException {
        try {
            runtime.close();
        } finally {
            housing.close();
        }
    }
}
