package baton.server.runtime;

import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Presence;
import baton.server.config.WantedPort;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpPort;
import baton.server.transport.HttpSite;
import baton.server.transport.LastResort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP ports of operators: the one with everything, and if they are wanted others for metrics alone. */
final class AdminPort {
    private static final Logger log = LoggerFactory.getLogger(AdminPort.class);

    private final List<HttpPort> ports = new ArrayList<>();
    private final Optional<HttpPort> main;
    private final Optional<String> obstacle;

    /** @param obstacle why there is no main one, if there should be */
    private AdminPort(Optional<HttpPort> main, Optional<String> obstacle) {
        this.main = main;
        this.obstacle = obstacle;
        if (main.isPresent()) {
            ports.add(main.get());
        }
    }

    /**
     * Opens what the settings want.
     *
     * @param connectionsMax of each port
     * @param security of the port with everything
     * @param ofMetrics of the port for metrics over TLS, if there is one
     * @param lastResort told if memory runs out over an answer
     *
     * @throws ListenException with the address, if one that must be had is taken
     */
    static AdminPort open(
            AdminSettings settings,
            int connectionsMax,
            HttpSite site,
            Security security,
            Security ofMetrics,
            LastResort lastResort)
            throws ListenException {
        HttpPort.Bounds bounds = new HttpPort.Bounds(connectionsMax, settings.idleMillis());
        AdminPort opened = main(settings, bounds, site, security, lastResort);
        try {
            Optional<WantedPort> plain = WantedPort.ofMetrics(settings);
            if (plain.isPresent()) {
                opened.addMetrics(plain.get(), bounds, site, new Security.Plain(), lastResort);
            }
            Optional<WantedPort> secure = WantedPort.ofSecureMetrics(settings);
            if (secure.isPresent()) {
                opened.addMetrics(secure.get(), bounds, site, ofMetrics, lastResort);
            }
            return opened;
        } catch (ListenException e) {
            opened.close();
            throw e;
        }
    }

    private static AdminPort main(
            AdminSettings settings, HttpPort.Bounds bounds, HttpSite site, Security security, LastResort lastResort)
            throws ListenException {
        if (settings.presence() == Presence.OFF) {
            return new AdminPort(Optional.empty(), Optional.empty());
        }
        try {
            HttpPort port = open(WantedPort.ofAdmin(settings), bounds, site, security, lastResort);
            log.info("listening admin address={} tls={}", port.address(), security);
            return new AdminPort(Optional.of(port), Optional.empty());
        } catch (ListenException e) {
            if (settings.presence() == Presence.REQUIRED) {
                throw e;
            }
            return new AdminPort(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** Warns of a port that could not be had and need not be: only once the server has started without it. */
    void tellMissing() {
        if (obstacle.isPresent()) {
            log.warn("started without the admin server: {}", obstacle.get());
        }
    }

    private void addMetrics(
            WantedPort wanted, HttpPort.Bounds bounds, HttpSite site, Security security, LastResort lastResort)
            throws ListenException {
        HttpPort port = open(wanted, bounds, onlyMetrics(site), security, lastResort);
        ports.add(port);
        log.info("listening metrics address={} tls={}", port.address(), security);
    }

    /** That port may be open to others than the main one. */
    private static HttpSite onlyMetrics(HttpSite site) {
        return query -> query.path().equals("/metrics")
                ? site.answer(query)
                : CompletableFuture.completedFuture(HttpSite.Reply.text(404, "only /metrics is here\n"));
    }

    private static HttpPort open(
            WantedPort wanted, HttpPort.Bounds bounds, HttpSite site, Security security, LastResort lastResort)
            throws ListenException {
        try {
            return HttpPort.open(
                    wanted.address().resolve(),
                    bounds,
                    site,
                    security,
                    ServerThreads.ofLoops(ServerThreads.ADMIN),
                    lastResort);
        } catch (IOException e) {
            throw ListenException.of(wanted, e);
        }
    }

    /** Returns the port that shows everything, 0 if there is none. */
    int port() {
        return main.map(port -> port.address().getPort()).orElse(0);
    }

    /** Returns where each of the ports is, the one with everything first. */
    List<InetSocketAddress> addresses() {
        return ports.stream().map(HttpPort::address).toList();
    }

    void close() {
        ports.forEach(HttpPort::close);
    }
}
