package baton.server.runtime;

import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.AdminTls;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpSite;
import baton.server.transport.LastResort;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators are shown, at ports that are opened once and stay: first how far a server is with its data, then the server, or
 * that another takes its place.
 *
 * <p>Used by one thread at a time, but for {@link #port}.
 */
final class OperatorPorts {
    private static final Logger log = LoggerFactory.getLogger(OperatorPorts.class);

    private final AdminSettings settings;
    private final int connectionsMax;
    private final LastResort lastResort;

    // Written by the thread that starts a server, also in the place of one.
    private volatile @Nullable HttpSite shown;

    private volatile @Nullable AdminPort ports;

    /** Opened beside something else, and nobody has waited for that yet. */
    private @Nullable CompletableFuture<AdminPort> opening;

    /** @param lastResort told if memory runs out over an answer */
    OperatorPorts(AdminSettings settings, int connectionsMax, LastResort lastResort) {
        this.lastResort = lastResort;
        this.settings = settings;
        this.connectionsMax = connectionsMax;
    }

    /**
     * Begins to open the ports, where the site answers until another is shown. It takes about as long as to recover little data,
     * and is done beside that; what comes of it {@link #show} tells.
     */
    void beginToShow(HttpSite site, Optional<TlsThread> tls) {
        shown = site;
        if (!settings.isAnywhere()) {
            return;
        }
        CompletableFuture<AdminPort> begun = new CompletableFuture<>();
        ServerThreads.ahead(() -> {
            try {
                begun.complete(open(tls));
            } catch (ListenException | RuntimeException | Error e) {
                begun.completeExceptionally(e);
            }
        });
        // Not before: if there is no thread for it nothing comes of it, and nobody may wait.
        opening = begun;
    }

    /**
     * Lets the site answer from now on, at the ports that it opens if they are not.
     *
     * @throws ListenException if one cannot be had
     */
    void show(HttpSite site, Optional<TlsThread> tls) throws ListenException {
        shown = site;
        if (ports == null) {
            AdminPort opened = opening == null ? open(tls) : opened(opening);
            ports = opened;
            opened.tellMissing();
        }
    }

    /** Lets a site answer in place of the one that did. */
    void showInstead(HttpSite site) {
        shown = site;
    }

    private AdminPort open(Optional<TlsThread> tls) throws ListenException {
        return AdminPort.open(settings, connectionsMax, new Shown(), ofAdminPort(tls), ofMetricsPort(tls), lastResort);
    }

    private static AdminPort opened(CompletableFuture<AdminPort> opening) throws ListenException {
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ListenException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private Security ofAdminPort(Optional<TlsThread> tls) {
        AdminTls spoken = settings.tls();
        if (spoken == null || tls.isEmpty()) {
            return new Security.Plain();
        }
        return spoken.plainToo()
                ? new Security.Either(tls.get().forAdmin())
                : new Security.Encrypted(tls.get().forAdmin());
    }

    private Security ofMetricsPort(Optional<TlsThread> tls) {
        return tls.isEmpty() || settings.secureMetrics() == null
                ? new Security.Plain()
                : new Security.Encrypted(tls.get().forMetrics());
    }

    /** Returns the port with everything, 0 if there is none, or none yet. */
    int port() {
        AdminPort opened = ports;
        return opened == null ? 0 : opened.port();
    }

    void close() {
        AdminPort opened = ports;
        if (opened != null) {
            opened.close();
        } else if (opening != null) {
            closeUnshown(opening);
        }
    }

    /** The start has come to nothing, and so says why. */
    private static void closeUnshown(CompletableFuture<AdminPort> opening) {
        try {
            opened(opening).close();
        } catch (ListenException | CompletionException e) {
            log.debug("not opened because={}", e.toString());
        }
    }

    /** Whatever is shown at the time. */
    private final class Shown implements HttpSite {
        private HttpSite now() {
            HttpSite site = shown;
            if (site == null) {
                throw new IllegalStateException("a port is open that shows nothing");
            }
            return site;
        }

        @Override
        public CompletionStage<Reply> answer(Query query) {
            return now().answer(query);
        }

        @Override
        public Optional<Reception> receive(Query query, long announcedBytes) {
            return now().receive(query, announcedBytes);
        }
    }
}
