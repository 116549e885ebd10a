package baton.server.runtime;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.TlsException;
import baton.server.config.TlsSettings;
import baton.server.transport.TlsServer;
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
    private final TlsServer tls;

    private TlsThread(ScheduledThreadPoolExecutor executor, TlsServer tls) {
        this.executor = executor;
        this.tls = tls;
    }

    /**
     * Reads the certificates and starts the thread.
     *
     * @throws TlsException naming the file and what is wrong with it; nothing is left behind then
     */
    static TlsThread start(TlsSettings settings) throws TlsException {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                settings.revocation() == Revocation.UNCHECKED ? 1 : THREADS_ASKING,
                work -> ServerThreads.thread(ServerThreads.TLS, work));
        try {
            TlsServer tls = new TlsServer(settings, executor);
            if (settings.reloaded()) {
                ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                        tls::reloadIfChanged, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
            }
            return new TlsThread(executor, tls);
        } catch (TlsException e) {
            executor.shutdownNow();
            throw e;
        }
    }

    TlsServer tls() {
        return tls;
    }

    /** Looks now, rather than within seconds. */
    void reload() {
        executor.execute(tls::reloadIfChanged);
    }

    void close() throws InterruptedException {
        executor.shutdownNow();
        executor.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS);
    }
}
