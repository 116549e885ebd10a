package baton.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A port that a server must have.
 *
 * @param key what names it in a file
 */
record WantedPort(String key, ListenAddress address) {
    /** Returns all that the settings name; one that may be missing is not among them. */
    static List<WantedPort> of(ServerSettings settings) {
        List<WantedPort> ports = new ArrayList<>();
        SecurePort secure = settings.secure();
        ports.add(new WantedPort(
                secure != null && secure.isAlone() ? "secureClientPort" : "clientPort", settings.listen()));
        if (secure != null && secure.listen() != null) {
            ports.add(new WantedPort("secureClientPort", secure.listen()));
        }
        AdminSettings admin = settings.admin();
        if (admin.presence() == AdminSettings.Presence.REQUIRED) {
            ports.add(new WantedPort("admin.serverPort", admin.listen()));
        }
        if (admin.metrics() != null) {
            ports.add(new WantedPort("metricsProvider.httpPort", admin.metrics()));
        }
        if (admin.secureMetrics() != null) {
            ports.add(new WantedPort(
                    "metricsProvider.httpsPort", admin.secureMetrics().listen()));
        }
        return ports;
    }

    /** Says whether only one of the two can be had. */
    boolean collides(WantedPort other) {
        boolean sameHost = address.host().equals(other.address.host())
                || address.host().isEmpty()
                || other.address.host().isEmpty();
        return address.port() != 0 && address.port() == other.address.port() && sameHost;
    }
}
