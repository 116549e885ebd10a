package baton.server.config;

import baton.server.config.AdminSettings.AdminTls;
import baton.server.config.AdminSettings.CounterNames;
import baton.server.config.AdminSettings.MetricsOverTls;
import baton.server.config.AdminSettings.Presence;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.AdminSettings.Snapshots;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a file's values where operators look.
 *
 * <p>A file that says nothing of {@code admin.} gets a port on loopback, if it is free; one that says anything gets Apache
 * ZooKeeper's defaults for the rest: all interfaces, port 8080, and no start without it.
 */
final class AdminValues {
    private static final Range PORT = Range.of(0, 65535, "");
    private static final String ADMIN = "admin.";
    private static final String COMMAND_PATH = "admin.commandURL";
    private static final String INTERVAL = "admin.rateLimiterIntervalInMS";
    private static final String UNIFICATION = "admin.portUnification";
    private static final String CERTIFIED = "admin.needClientAuth";
    private static final String FORCED = "admin.forceHttps";
    private static final String PROVIDER = "metricsProvider.className";
    private static final String PROMETHEUS = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";
    private static final String BUILT_IN = "org.apache.zookeeper.metrics.impl.";
    private static final String COUNTERS = "metricsProvider.counterNames";
    private static final String METRICS_PORT = "metricsProvider.httpPort";
    private static final String METRICS_HOST = "metricsProvider.httpHost";
    private static final String METRICS_SECURE_PORT = "metricsProvider.httpsPort";
    private static final int METRICS_PORT_DEFAULT = 7000;

    private final ConfigValues values;

    AdminValues(ConfigValues values) {
        this.values = values;
    }

    AdminSettings read() {
        AdminSettings silent = AdminSettings.DEFAULT;
        boolean stated = !values.keys(ADMIN).isEmpty();
        if (!stated) {
            values.byDefault("admin.serverAddress", silent.listen().host());
            values.byDefault(
                    "admin.serverPort", Integer.toString(silent.listen().port()));
        }
        Presence presence = presence(stated);
        Snapshots snapshots = snapshots();
        return new AdminSettings(
                presence,
                stated ? listen() : silent.listen(),
                values.number("admin.idleTimeout", AdminSettings.IDLE, AdminSettings.IDLE_DEFAULT_MILLIS),
                commandPath(),
                tls(presence),
                snapshots,
                restores(snapshots.intervalMillis()),
                metrics(),
                secureMetrics(),
                values.choice(COUNTERS, CounterNames.BOTH));
    }

    private Presence presence(boolean stated) {
        if (!values.flag("admin.enableServer", true)) {
            return Presence.OFF;
        }
        return stated ? Presence.REQUIRED : Presence.IF_FREE;
    }

    private ListenAddress listen() {
        String host = values.text("admin.serverAddress", "");
        return new ListenAddress(
                host.equals("0.0.0.0") ? "" : host, port("admin.serverPort", AdminSettings.PORT_DEFAULT));
    }

    private int port(String key, int silent) {
        int port = values.number(key, PORT, silent);
        if (port == 0) {
            values.warnOf(key, "lets the system pick a port, which only the log tells");
        }
        return port;
    }

    private String commandPath() {
        String path = values.text(COMMAND_PATH, AdminSettings.COMMAND_PATH_DEFAULT);
        if (!path.startsWith("/") || path.length() < 2 || path.endsWith("/")) {
            values.problem(COMMAND_PATH, "must begin with a slash and not end with one, like /commands");
            return AdminSettings.COMMAND_PATH_DEFAULT;
        }
        return path;
    }

    private Snapshots snapshots() {
        return new Snapshots(
                values.flag("admin.snapshot.enabled", true),
                values.number(INTERVAL, Snapshots.INTERVAL, Snapshots.DEFAULT.intervalMillis()));
    }

    /** The one interval counts for both, where it is said. */
    private Restores restores(int intervalMillis) {
        return new Restores(
                values.flag("admin.restore.enabled", Restores.DEFAULT.offered()),
                values.optional(INTERVAL) == null ? Restores.DEFAULT.intervalMillis() : intervalMillis);
    }

    /**
     * With {@code baton.tls.dir} the port takes both, or nothing but TLS if operators need a certificate, unless the file
     * says otherwise.
     */
    private @Nullable AdminTls tls(Presence presence) {
        boolean byDirectory = values.optional("baton.tls.dir") != null;
        boolean certified = values.flag(CERTIFIED, false);
        boolean unified = values.flag(UNIFICATION, byDirectory && !certified);
        boolean forced = values.flag(FORCED, byDirectory && certified && values.optional(UNIFICATION) == null);
        boolean off = presence == Presence.OFF;
        if (!off && certified && !forced) {
            values.warnOf(CERTIFIED, "keeps nobody out who comes without TLS; add the line " + FORCED + "=true");
        }
        if (off || !unified && !forced) {
            for (String key : values.keys("ssl.quorum.")) {
                values.noteWithoutEffect(key, "only ensembles and an admin port with TLS use it");
            }
            return null;
        }
        TlsSettings tls = new TlsValues(values).ofAdmin(forced ? FORCED : UNIFICATION, certified);
        return tls == null ? null : new AdminTls(tls, !forced);
    }

    /** Who names a port that speaks TLS wants no other, unless he says so. */
    private @Nullable ListenAddress metrics() {
        String provider = values.optional(PROVIDER);
        if (provider != null && !provider.equals(PROMETHEUS) && !provider.startsWith(BUILT_IN)) {
            values.warnOf(PROVIDER, "is not loaded; metrics are at /metrics of the admin port");
        }
        if (!hasMetricsPorts()) {
            for (String key : List.of(METRICS_HOST, METRICS_PORT, METRICS_SECURE_PORT)) {
                values.noteWithoutEffect(
                        key, "/metrics is at the admin port; another opens by " + PROVIDER + "=" + PROMETHEUS);
            }
            return null;
        }
        if (values.optional(METRICS_SECURE_PORT) != null && values.optional(METRICS_PORT) == null) {
            return null;
        }
        return new ListenAddress(metricsHost(), port(METRICS_PORT, METRICS_PORT_DEFAULT));
    }

    private @Nullable MetricsOverTls secureMetrics() {
        if (!hasMetricsPorts() || values.optional(METRICS_SECURE_PORT) == null) {
            for (String key : values.keys(TlsValues.METRICS)) {
                values.noteWithoutEffect(key, "no port for metrics speaks TLS; one would by " + METRICS_SECURE_PORT);
            }
            return null;
        }
        TlsSettings tls = new TlsValues(values).ofMetrics(METRICS_SECURE_PORT);
        int port = port(METRICS_SECURE_PORT, METRICS_PORT_DEFAULT);
        return tls == null ? null : new MetricsOverTls(new ListenAddress(metricsHost(), port), tls);
    }

    private boolean hasMetricsPorts() {
        return PROMETHEUS.equals(values.optional(PROVIDER));
    }

    private String metricsHost() {
        String host = values.text(METRICS_HOST, "");
        return host.equals("0.0.0.0") ? "" : host;
    }
}
