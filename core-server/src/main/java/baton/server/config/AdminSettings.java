package baton.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The HTTP port of operators.
 *
 * @param presence whether there is one
 * @param listen where
 * @param idleMillis after how long a silent connection is closed
 * @param commandPath what the commands' path begins with
 * @param tls how it speaks TLS; null if it does not, as where there is none
 * @param snapshots whether operators may take snapshots through it, and how often
 * @param restores whether operators may send snapshots through it, in place of everything, and how often
 * @param metrics a second port for metrics alone; null for none
 * @param secureMetrics one for the same that speaks TLS; null for none
 * @param counterNames how counters are called in metrics
 */
public record AdminSettings(
        Presence presence,
        ListenAddress listen,
        int idleMillis,
        String commandPath,
        @Nullable AdminTls tls,
        Snapshots snapshots,
        Restores restores,
        @Nullable ListenAddress metrics,
        @Nullable MetricsOverTls secureMetrics,
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

    /**
     * How the port speaks TLS.
     *
     * @param plainToo whether it speaks without as well, as each client likes
     */
    public record AdminTls(TlsSettings tls, boolean plainToo) {}

    /** A port for metrics that speaks TLS only. */
    public record MetricsOverTls(ListenAddress listen, TlsSettings tls) {}

    /**
     * The command that takes a snapshot.
     *
     * @param offered whether there is one
     * @param intervalMillis from one to the next that is taken; what comes sooner is refused
     */
    public record Snapshots(boolean offered, int intervalMillis) {
        static final Range INTERVAL = Range.of(0, Integer.MAX_VALUE, "ms");

        /** Offered, three a second at most. */
        public static final Snapshots DEFAULT = new Snapshots(true, 300);

        public Snapshots {
            INTERVAL.check("admin.rateLimiterIntervalInMS", intervalMillis);
        }
    }

    /**
     * The command that replaces everything by a snapshot.
     *
     * @param offered whether there is one
     * @param intervalMillis from one to the next that is taken; what comes sooner is refused
     */
    public record Restores(boolean offered, int intervalMillis) {
        /** Not offered, for somebody must want it; every five minutes at most. */
        public static final Restores DEFAULT = new Restores(false, 300_000);

        public Restores {
            Snapshots.INTERVAL.check("admin.rateLimiterIntervalInMS", intervalMillis);
        }
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
        // Who switches the port off may leave the rest in the file: nobody may take it for a port, or read its
        // certificates.
        tls = presence == Presence.OFF ? null : tls;
        IDLE.check("admin.idleTimeout", idleMillis);
        if (!commandPath.startsWith("/") || commandPath.length() < 2 || commandPath.endsWith("/")) {
            throw new IllegalArgumentException("admin.commandURL=" + commandPath + ": must be like /commands");
        }
    }

    private static AdminSettings on(Presence presence, ListenAddress listen) {
        return new AdminSettings(
                presence,
                listen,
                IDLE_DEFAULT_MILLIS,
                COMMAND_PATH_DEFAULT,
                null,
                Snapshots.DEFAULT,
                Restores.DEFAULT,
                null,
                null,
                CounterNames.BOTH);
    }

    /** Says whether there is to be a port at all. */
    public boolean isAnywhere() {
        return presence != Presence.OFF || metrics != null || secureMetrics != null;
    }

    /** Says whether whoever reaches the port that shows metrics over TLS sees them. */
    public boolean showsSecureMetricsToAnybody() {
        return secureMetrics != null
                && !secureMetrics.listen.isLoopback()
                && secureMetrics.tls.clientAuth() != TlsSettings.ClientAuth.NEED;
    }

    /** A port that must be had. */
    public static AdminSettings at(ListenAddress listen) {
        return on(Presence.REQUIRED, listen);
    }

    /** Returns the same with another presence. */
    public AdminSettings withPresence(Presence other) {
        return new AdminSettings(
                other, listen, idleMillis, commandPath, tls, snapshots, restores, metrics, secureMetrics, counterNames);
    }

    /** Returns the same with TLS. */
    public AdminSettings withTls(AdminTls other) {
        return new AdminSettings(
                presence,
                listen,
                idleMillis,
                commandPath,
                other,
                snapshots,
                restores,
                metrics,
                secureMetrics,
                counterNames);
    }

    /** Returns the same with other rules for snapshots. */
    public AdminSettings withSnapshots(Snapshots other) {
        return new AdminSettings(
                presence, listen, idleMillis, commandPath, tls, other, restores, metrics, secureMetrics, counterNames);
    }

    /** Returns the same with other rules for what replaces everything. */
    public AdminSettings withRestores(Restores other) {
        return new AdminSettings(
                presence, listen, idleMillis, commandPath, tls, snapshots, other, metrics, secureMetrics, counterNames);
    }

    /** Returns the same with a port for metrics alone, on which counters are called so. */
    public AdminSettings withMetrics(ListenAddress address, CounterNames names) {
        return new AdminSettings(
                presence, listen, idleMillis, commandPath, tls, snapshots, restores, address, secureMetrics, names);
    }

    /** Returns the same with a port for metrics alone that speaks TLS. */
    public AdminSettings withSecureMetrics(MetricsOverTls port) {
        return new AdminSettings(
                presence, listen, idleMillis, commandPath, tls, snapshots, restores, metrics, port, counterNames);
    }
}
