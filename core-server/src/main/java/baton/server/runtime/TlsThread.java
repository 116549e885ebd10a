package baton.server.runtime;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import baton.server.config.TlsSettings;
import baton.server.transport.LastResort;
import baton.server.transport.TlsServer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that computes handshakes and looks now and then whether certificates were replaced. Where others are asked
 * whether a certificate was revoked there are some, for such an answer can take its time.
 */
final class TlsThread {
    private static final Logger log = LoggerFactory.getLogger(TlsThread.class);
    private static final int THREADS_ASKING = 4;

    private static final int LOOK_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor;
    private final Optional<TlsServer> clients;
    private final Optional<TlsServer> admin;
    private final Optional<TlsServer> metrics;

    /** Only read once it is filled, in the order of the ports. */
    private final Map<TlsServer, Look> looks = new LinkedHashMap<>();

    private TlsThread(
            ScheduledThreadPoolExecutor executor,
            Optional<TlsServer> clients,
            Optional<TlsServer> admin,
            Optional<TlsServer> metrics,
            LastResort lastResort) {
        this.executor = executor;
        this.clients = clients;
        this.admin = admin;
        this.metrics = metrics;
        servers()
                .forEach(each ->
                        looks.put(each, new Look(each.files(), each::reloadIfChanged, each::reload, lastResort)));
    }

    /**
     * Reads the certificates and starts the thread.
     *
     * @param clients how the ports of clients speak TLS, if they do
     * @param admin how the admin port does, if it does
     * @param metrics how the port for metrics alone does, if it does
     * @param lastResort told if memory runs out over a certificate
     * @throws TlsException naming the file and what is wrong with it; nothing is left behind then
     */
    static TlsThread start(
            Optional<TlsSettings> clients,
            Optional<TlsSettings> admin,
            Optional<TlsSettings> metrics,
            LastResort lastResort)
            throws TlsException {
        boolean asking = Stream.of(clients, admin, metrics)
                .flatMap(Optional::stream)
                .anyMatch(each -> each.revocation() != Revocation.UNCHECKED);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                asking ? THREADS_ASKING : 1, work -> ServerThreads.thread(ServerThreads.TLS, work));
        try {
            TlsThread started = new TlsThread(
                    executor,
                    server(clients, executor),
                    server(admin, executor),
                    server(metrics, executor),
                    lastResort);
            started.begin();
            return started;
        } catch (TlsException e) {
            executor.shutdownNow();
            throw e;
        }
    }

    private static Optional<TlsServer> server(Optional<TlsSettings> settings, ScheduledThreadPoolExecutor executor)
            throws TlsException {
        return settings.isEmpty() ? Optional.empty() : Optional.of(new TlsServer(settings.get(), executor));
    }

    private void begin() {
        servers()
                .map(TlsServer::settings)
                .map(TlsSettings::keys)
                .filter(StoreFile::isOpenToOthers)
                .map(StoreFile::shown)
                .distinct()
                .forEach(each -> log.warn("private key file={} can be read by every user of this machine", each));
        if (servers().anyMatch(TlsThread::isReloaded)) {
            ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                    () -> look(TlsThread::isReloaded, Look::ifChanged), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Stream<TlsServer> servers() {
        return Stream.of(clients, admin, metrics).flatMap(Optional::stream);
    }

    private static boolean isReloaded(TlsServer server) {
        return server.settings().reloaded();
    }

    /** Ports may share files: what is to be told of them is told once. */
    private synchronized void look(Predicate<TlsServer> which, Function<Look, Optional<TlsServer.Reload>> how) {
        Set<TlsServer.Reload> outcomes = new LinkedHashSet<>();
        looks.forEach((server, look) -> {
            if (which.test(server)) {
                how.apply(look).ifPresent(outcomes::add);
            }
        });
        for (TlsServer.Reload each : outcomes) {
            if (each.used()) {
                log.info("reloaded certificates files={}", each.text());
            } else {
                log.error("kept the old certificates because={}", each.text());
            }
        }
    }

    /** Looks at the files of one port again and again; what that throws is told when it begins, changes and ends. */
    static final class Look {
        private final String files;
        private final Supplier<Optional<TlsServer.Reload>> ifChanged;
        private final Supplier<TlsServer.Reload> anew;
        private final LastResort lastResort;

        /** What the last look threw; written by the one who looks. */
        private @Nullable String thrown;

        Look(
                String files,
                Supplier<Optional<TlsServer.Reload>> ifChanged,
                Supplier<TlsServer.Reload> anew,
                LastResort lastResort) {
            this.lastResort = lastResort;
            this.files = files;
            this.ifChanged = ifChanged;
            this.anew = anew;
        }

        Optional<TlsServer.Reload> ifChanged() {
            return take(ifChanged);
        }

        /** For somebody who wants to hear what comes of it, whatever was told before. */
        Optional<TlsServer.Reload> anew() {
            thrown = null;
            return take(() -> Optional.of(anew.get()));
        }

        private Optional<TlsServer.Reload> take(Supplier<Optional<TlsServer.Reload>> reload) {
            try {
                Optional<TlsServer.Reload> outcome = reload.get();
                if (thrown != null) {
                    log.info("certificates can be looked at again files={}", files);
                }
                thrown = null;
                return outcome;
            } catch (RuntimeException | Error e) {
                lastResort.lookAt(e);
                // What is done on a schedule is done no more once it throws: no port would ever be looked at again.
                if (!e.toString().equals(thrown)) {
                    log.error("kept the old certificates files={}", files, e);
                }
                thrown = e.toString();
                return Optional.empty();
            }
        }
    }

    Optional<TlsServer> ofClients() {
        return clients;
    }

    TlsServer forClients() {
        return clients.orElseThrow(() -> new IllegalStateException("no port of clients speaks TLS"));
    }

    TlsServer forAdmin() {
        return admin.orElseThrow(() -> new IllegalStateException("the admin port speaks no TLS"));
    }

    TlsServer forMetrics() {
        return metrics.orElseThrow(() -> new IllegalStateException("the port for metrics speaks no TLS"));
    }

    /**
     * Reads all files now, and tells what became of them, also if that is the same as before; or nothing at all once the
     * thread ends.
     *
     * @param around given the reading, on the thread, to do it
     */
    void reload(Consumer<Runnable> around) {
        try {
            executor.execute(() -> around.accept(() -> look(each -> true, Look::anew)));
        } catch (RejectedExecutionException e) {
            log.debug("read no certificates again because={}", "the server stops");
        }
    }

    void close() throws InterruptedException {
        executor.shutdownNow();
        executor.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS);
    }
}
