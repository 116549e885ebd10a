package baton.server.runtime;

import baton.protocol.tls.TlsException;
import baton.server.config.TlsSettings;
import baton.server.transport.TlsServer;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that computes handshakes and looks now and then whether certificates were replaced. Where others are asked
 * whether a certificate was revoked there are some, for such an answer can take its time.
 */
final class TlsThread {
    private static final int THREADS_ASKING = 4;

    private static final int LOOK_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor;
    private final Optional<TlsServer> clients;
    private final Optional<TlsServer> admin;
    private final Optional<TlsServer> metrics;

    private TlsThread(
            ScheduledThreadPoolExecutor executor,
            Optional<TlsServer> clients,
            Optional<TlsServer> admin,
            Optional<TlsServer> metrics) {
        this.executor = executor;
        this.clients = clients;
        this.admin = admin;
        this.metrics = metrics;
    }

    /**
     * Reads the certificates and starts the thread.
     *
     * @param clients how the ports of clients speak TLS, if they do
     * @param admin how the admin port does, if it does
     * @param metrics how the port for metrics alone does, if it does
     * @throws TlsException naming the file and what is wrong with it; nothing is left behind then
     */
    static TlsThread start(Optional<TlsSettings> clients, Optional<TlsSettings> admin, Optional<TlsSettings> metrics)
            throws TlsException {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, work -> ServerThreads.thread(ServerThreads.TLS, work));
        try {
            return new TlsThread(
                    executor, server(clients, executor), server(admin, executor), server(metrics, executor));
        } catch (TlsException e) {
            executor.shutdownNow();
            throw e;
        }
    }

    private static Optional<TlsServer> server(Optional<TlsSettings> settings, ScheduledThreadPoolExecutor executor)
            throws TlsException {
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        TlsServer server = new TlsServer(settings.get(), executor);
        if (settings.get().reloaded()) {
            ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                    server::reloadIfChanged, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
        return Optional.of(server);
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

    /** Looks now, rather than within seconds. */
    void reload() {
        clients.ifPresent(server -> executor.execute(server::reloadIfChanged));
        admin.ifPresent(server -> executor.execute(server::reloadIfChanged));
        metrics.ifPresent(server -> executor.execute(server::reloadIfChanged));
    }

    void close() throws InterruptedException {
        executor.shutdownNow();
        executor.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS);
    }
}
