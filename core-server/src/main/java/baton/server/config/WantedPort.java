package baton.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A port that a server is told to have.
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

    /** Returns all without which a server does not start; an admin port that may be missing is not among them. */
    public static List<WantedPort> of(ServerSettings settings) {
        List<WantedPort> ports = new ArrayList<>();
        ports.add(ofFirst(settings));
        ofTls(settings).ifPresent(ports::add);
        AdminSettings admin = settings.admin();
        if (admin.presence() == AdminSettings.Presence.REQUIRED) {
            ports.add(ofAdmin(admin));
        }
        ofMetrics(admin).ifPresent(ports::add);
        ofSecureMetrics(admin).ifPresent(ports::add);
        return ports;
    }

    /** Returns the port that every server has, whatever it speaks there. */
    public static WantedPort ofFirst(ServerSettings settings) {
        SecurePort secure = settings.secure();
        return ofClients(
                secure != null && secure.isAlone() ? "secureClientPort" : "clientPort",
                User.CLIENT_OF_FIRST,
                settings.listen());
    }

    /** Returns the port beside the first that speaks nothing but TLS, if there is one. */
    public static Optional<WantedPort> ofTls(ServerSettings settings) {
        return Optional.ofNullable(settings.secure())
                .map(SecurePort::listen)
                .map(address -> ofClients("secureClientPort", User.CLIENT, address));
    }

    /** Returns the port with everything for operators, whether or not there must be one. */
    public static WantedPort ofAdmin(AdminSettings settings) {
        return new WantedPort("admin.serverPort", "admin.serverAddress", User.OPERATOR, settings.listen());
    }

    /** Returns the port for metrics alone, if there is one. */
    public static Optional<WantedPort> ofMetrics(AdminSettings settings) {
        return Optional.ofNullable(settings.metrics()).map(address -> ofMetrics("metricsProvider.httpPort", address));
    }

    /** Returns the port for metrics alone over TLS, if there is one. */
    public static Optional<WantedPort> ofSecureMetrics(AdminSettings settings) {
        return Optional.ofNullable(settings.secureMetrics())
                .map(over -> ofMetrics("metricsProvider.httpsPort", over.listen()));
    }

    private static WantedPort ofClients(String key, User user, ListenAddress address) {
        return new WantedPort(key, key + "Address", user, address);
    }

    private static WantedPort ofMetrics(String key, ListenAddress address) {
        return new WantedPort(key, "metricsProvider.httpHost", User.OPERATOR, address);
    }

    /** Says whether only one of the two can be had. */
    boolean collides(WantedPort other) {
        boolean sameHost = address.host().equals(other.address.host())
                || address.host().isEmpty()
                || other.address.host().isEmpty();
        return address.port() != 0 && address.port() == other.address.port() && sameHost;
    }
}
