package baton.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The HTTP port of operators.
 *
 * @param presence whether there is one
 * @param listen where
 * @param idleMillis after how long a silent connection is closed
 * @param commandPath what the commands' path begins with
 * @param metrics a second port for metrics alone; null for none
 * @param counterNames how counters are called in metrics
 */
public record AdminSettings(
        Presence presence,
        ListenAddress listen,
        int idleMillis,
        String commandPath,
        @Nullable ListenAddress metrics,
        CounterNames counterNames) {
    /** Whether there is a port. */
    public enum Presence {
        /** There is none. */
        OFF,
        /** There is one unless the address is taken, which is a warning. */
        IF_FREE,
        /** There is one, or the server does not start. */
        REQUIRED
    }

    /** How counters are called in metrics. */
    public enum CounterNames {
        /** By the plain name, as up to 3.9. */
        PLAIN,
        /** With {@code _total} at the end, as later. */
        TOTAL,
        /** By both. */
        BOTH
    }

    static final int PORT_DEFAULT = 8080;
    static final int IDLE_DEFAULT_MILLIS = 30_000;
    static final String COMMAND_PATH_DEFAULT = "/commands";
    static final Range IDLE = Range.of(1, Integer.MAX_VALUE, "ms");

    /** No port. */
    public static final AdminSettings NONE = on(Presence.OFF, new ListenAddress("127.0.0.1", PORT_DEFAULT));

    /** The usual port, on loopback, if nobody else has it. */
    public static final AdminSettings DEFAULT = on(Presence.IF_FREE, new ListenAddress("127.0.0.1", PORT_DEFAULT));

    public AdminSettings {
        IDLE.check("admin.idleTimeout", idleMillis);
        if (!commandPath.startsWith("/") || commandPath.length() < 2 || commandPath.endsWith("/")) {
            throw new IllegalArgumentException("admin.commandURL=" + commandPath + ": must be like /commands");
        }
    }

    private static AdminSettings on(Presence presence, ListenAddress listen) {
        return new AdminSettings(presence, listen, IDLE_DEFAULT_MILLIS, COMMAND_PATH_DEFAULT, null, CounterNames.BOTH);
    }

    /** A port that must be had. */
    public static AdminSettings at(ListenAddress listen) {
        return on(Presence.REQUIRED, listen);
    }
}
