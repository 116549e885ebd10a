package baton.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A port that a server must have.
 *
 * @param key what names it in a file
 * @param hostKey what names its address there
 * @param user who is to be served at it
 */
public record WantedPort(String key, String hostKey, User user, ListenAddress address) {
    /** Who is served at a port. */
    public enum User {
        CLIENT,
        /** At the port that an argument may name, too. */
        CLIENT_OF_FIRST,
        OPERATOR
    }

    /** Returns all that the settings name; one that may be missing is not among them. */
    public static List<WantedPort> of(ServerSettings settings) {
        List<WantedPort> ports = new ArrayList<>();
        SecurePort secure = settings.secure();
        String first = secure != null && secure.isAlone() ? "secureClientPort" : "clientPort";
        ports.add(new WantedPort(first, first + "Address", User.CLIENT_OF_FIRST, settings.listen()));
        if (secure != null && secure.listen() != null) {
            ports.add(new WantedPort("secureClientPort", "secureClientPortAddress", User.CLIENT, secure.listen()));
        }
        AdminSettings admin = settings.admin();
        if (admin.presence() == AdminSettings.Presence.REQUIRED) {
            ports.add(ofOperators("admin.serverPort", "admin.serverAddress", admin.listen()));
        }
        if (admin.metrics() != null) {
            ports.add(ofOperators("metricsProvider.httpPort", "metricsProvider.httpHost", admin.metrics()));
        }
        if (admin.secureMetrics() != null) {
            ports.add(ofOperators(
                    "metricsProvider.httpsPort",
                    "metricsProvider.httpHost",
                    admin.secureMetrics().listen()));
        }
        return ports;
    }

    private static WantedPort ofOperators(String key, String hostKey, ListenAddress address) {
        return new WantedPort(key, hostKey, User.OPERATOR, address);
    }

    /** Says whether only one of the two can be had. */
    boolean collides(WantedPort other) {
        boolean sameHost = address.host().equals(other.address.host())
                || address.host().isEmpty()
                || other.address.host().isEmpty();
        return address.port() != 0 && address.port() == other.address.port() && sameHost;
    }
}
