package baton.server.runtime;

import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Presence;
import baton.server.config.ListenAddress;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpPort;
import baton.server.transport.HttpSite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP ports of operators: the one with everything, and if it is wanted another for metrics alone. */
final class AdminPort {
    private static final Logger log = LoggerFactory.getLogger(AdminPort.class);

    private final List<HttpPort> ports = new ArrayList<>();
    private final Optional<HttpPort> main;

    private AdminPort(Optional<HttpPort> main, Optional<HttpPort> metrics) {
        this.main = main;
        main.ifPresent(ports::add);
        metrics.ifPresent(ports::add);
    }

    /**
     * Opens what the settings want.
     *
     * @throws ListenException with the address, if one that must be had is taken
     */
    static AdminPort open(AdminSettings settings, HttpSite site, Security security) throws ListenException {
        Optional<HttpPort> main = main(settings, site, security);
        try {
            ListenAddress metrics = settings.metrics();
            return new AdminPort(
                    main,
                    metrics == null
                            ? Optional.empty()
                            : Optional.of(open(
                                    "metricsProvider.httpPort",
                                    metrics,
                                    settings,
                                    onlyMetrics(site),
                                    new Security.Plain())));
        } catch (ListenException e) {
            main.ifPresent(HttpPort::close);
            throw e;
        }
    }

    private static Optional<HttpPort> main(AdminSettings settings, HttpSite site, Security security)
            throws ListenException {
        if (settings.presence() == Presence.OFF) {
            return Optional.empty();
        }
        try {
            HttpPort port = open("admin.serverPort", settings.listen(), settings, site, security);
            log.info("listening admin address={} tls={}", port.address(), security);
            return Optional.of(port);
        } catch (ListenException e) {
            if (settings.presence() == Presence.REQUIRED) {
                throw e;
            }
            log.warn("started without the admin server: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** That port may be open to others than the main one. */
    private static HttpSite onlyMetrics(HttpSite site) {
        return query -> query.path().equals("/metrics")
                ? site.answer(query)
                : CompletableFuture.completedFuture(HttpSite.Reply.text(404, "only /metrics is here\n"));
    }

    private static HttpPort open(
            String key, ListenAddress address, AdminSettings settings, HttpSite site, Security security)
            throws ListenException {
        try {
            return HttpPort.open(
                    address.resolve(),
                    settings.idleMillis(),
                    site,
                    security,
                    ServerThreads.numbered(ServerThreads.ADMIN));
        } catch (IOException e) {
            throw new ListenException(
                    "cannot listen on " + address + " for HTTP: " + e.getMessage() + "; set " + key
                            + " to another port",
                    false,
                    e);
        }
    }

    /** Returns the port that shows everything, 0 if there is none. */
    int port() {
        return main.map(port -> port.address().getPort()).orElse(0);
    }

    void close() {
        ports.forEach(HttpPort::close);
    }
}
