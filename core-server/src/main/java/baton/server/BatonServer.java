package baton.server;

import baton.protocol.tls.TlsException;
import baton.server.admin.Environment;
import baton.server.admin.LoadingSite;
import baton.server.config.ConfigReport;
import baton.server.config.ListenAddress;
import baton.server.config.MemoryBounds;
import baton.server.config.ServerSettings;
import baton.server.config.Supervisor;
import baton.server.runtime.AuditLog;
import baton.server.runtime.Clock;
import baton.server.runtime.Housing;
import baton.server.runtime.ListenException;
import baton.server.runtime.LoadProgress;
import baton.server.runtime.OpenStorage;
import baton.server.runtime.Rebirth;
import baton.server.runtime.ReloadNotices;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerRuntime;
import baton.server.storage.DataDirectory;
import baton.server.storage.Disk;
import baton.server.storage.Replacement;
import baton.server.storage.StorageException;
import baton.server.transport.LastResort;
import baton.server.transport.SocketIo;
import baton.server.wiring.ServerComponent;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    private final Failing failing;
    private final CompletableFuture<Throwable> failure;

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

    private BatonServer(
            ServerSettings settings, HostProcess host, Housing housing, Failing failing, OpenStorage storage)
            throws StorageException {
        this.failing = failing;
        this.failure = failing.cause;
        this.settings = settings;
        this.host = host;
        this.housing = housing;
        this.runtime = assembledOrClosed(storage);
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
        } catch (StartFailedException | RuntimeException | Error e) {
            after(e, () -> AuditLog.of(settings).ifPresent(AuditLog::notStarted));
            throw e;
        }
    }

    private static BatonServer started(ServerSettings settings, HostProcess host, Disk disk)
            throws StartFailedException {
        Optional<String> obstacle = SocketIo.obstacleTo(settings.limits().transport());
        if (obstacle.isPresent()) {
            throw new StartFailedException(ExitCode.CONFIGURATION, obstacle.get());
        }
        MemoryBounds.of(settings.limits(), Runtime.getRuntime().maxMemory())
                .excess()
                .ifPresent(log::warn);
        Failing failing = new Failing();
        Housing housing = new Housing(settings, host.descriptors(), failing);
        BatonServer server = loaded(settings, host, disk, housing, failing);
        try {
            server.begin();
            return server;
        } catch (ListenException e) {
            after(e, server::close);
            throw StartFailedException.of(e, settings);
        } catch (RuntimeException | Error e) {
            after(e, server::close);
            throw e;
        }
    }

    /** Does what is left to do after a failure, which must not be lost if that fails as well. */
    static void after(Throwable failure, Runnable rest) {
        try {
            rest.run();
        } catch (RuntimeException | Error another) {
            failure.addSuppressed(another);
        }
    }

    private static BatonServer loaded(
            ServerSettings settings, HostProcess host, Disk disk, Housing housing, Failing failing)
            throws StartFailedException {
        try (LoadProgress progress = LoadProgress.ofStart(host.manager(), Clock.system())) {
            Optional<DataDirectory> held = OpenStorage.hold(settings, disk);
            greet(housing, held, progress);
            return new BatonServer(settings, host, housing, failing, OpenStorage.open(settings, held, progress));
        } catch (StorageException e) {
            after(e, () -> closeUnused(housing));
            throw StartFailedException.of(e, settings);
        } catch (ListenException e) {
            after(e, () -> closeUnused(housing));
            throw StartFailedException.of(e, settings);
        } catch (TlsException e) {
            after(e, () -> closeUnused(housing));
            throw StartFailedException.of(e);
        } catch (RuntimeException | Error e) {
            after(e, () -> closeUnused(housing));
            throw e;
        }
    }

    /** Has operators shown how far it is with the data: who asks whether it lives must not take much data for a server that hangs. */
    private static void greet(Housing housing, Optional<DataDirectory> held, LoadProgress progress)
            throws TlsException, ListenException {
        try {
            housing.requirePorts();
            housing.readCertificates();
            housing.beginToShow(new LoadingSite(progress));
        } catch (TlsException | ListenException | RuntimeException | Error e) {
            held.ifPresent(directory -> directory.closeAfter(e));
            throw e;
        }
    }

    private static void closeUnused(Housing housing) {
        housing.closePorts();
        try {
            housing.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ServerRuntime assembled(OpenStorage storage) {
        Environment environment = Environment.of(System.getProperties());
        return ServerComponent.factory()
                .create(settings, storage, environment, report(), metrics, new Reborn(), housing)
                .runtime();
    }

    private void begin() throws ListenException {
        serve();
        port = runtime.port();
        securePort = runtime.securePort();
    }

    private void serve() throws ListenException {
        // What comes of it is told by the one or the other.
        var unused = runtime.failure().thenAccept(failure::complete);
        runtime.start();
        failing.of(this);
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
            failing.lookAt(failure);
        }

        @Override
        public OptionalLong lastAtNanos() {
            return rebornAtNanos;
        }
    }

    /** Memory may run out while there is no server to end: over an answer to operators. The next then ends when it has begun. */
    private static final class Failing implements LastResort {
        private final CompletableFuture<Throwable> cause = new CompletableFuture<>();

        // Written by the thread that starts a server, once it has begun.
        private volatile @Nullable BatonServer server;

        void of(BatonServer begun) {
            server = begun;
            if (cause.isDone()) {
                begun.runtime.fail(cause.join());
            }
        }

        // Not locked: whoever begins another life may wait for the thread that calls this.
        @Override
        public void failed(Throwable failure) {
            cause.complete(failure);
            BatonServer begun = server;
            if (begun != null) {
                begun.runtime.fail(failure);
            }
        }
    }

    private synchronized void rebear(Replacement replacement) throws Exception {
        if (closed || failure.isDone()) {
            throw new CancellationException("the server stops: nothing was replaced");
        }
        try (LoadProgress progress = LoadProgress.ofRebirth(told, runtime.endMillisMax(), Clock.system())) {
            housing.showInstead(new LoadingSite(progress));
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
            after(e, () -> AuditLog.of(settings).ifPresent(AuditLog::notStarted));
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
