package baton.server.config;

import java.util.Locale;
import java.util.function.Predicate;

/** A setting that leaves a server open to somebody. Each is told when the server starts, and shows in its metrics. */
public enum Exposure {
    ACL_SKIPPED(
            "access control lists are not enforced (skipACL)",
            settings -> !settings.features().auth().aclChecked()),
    SUPER_USER(
            "a super user is configured, whom no access control list holds back",
            settings -> settings.features().auth().superDigest() != null
                    || settings.features().auth().x509SuperUser() != null
                    || !settings.features().auth().sasl().superUsers().isEmpty()),
    FSYNC_SKIPPED(
            "acknowledged changes can be lost in a power cut (forceSync=no)",
            settings -> settings.storage() instanceof StorageSettings.Files files
                    && !files.log().forceSync()),
    ADMIN_PORT_OPEN(
            "the admin server can be reached from other machines (admin.serverAddress)",
            settings -> settings.admin().presence() != AdminSettings.Presence.OFF
                    && !settings.admin().listen().isLoopback()),
    METRICS_PORT_OPEN("metrics can be read from other machines (metricsProvider.httpHost)", settings -> {
        ListenAddress metrics = settings.admin().metrics();
        return metrics != null && !metrics.isLoopback() || settings.admin().showsSecureMetricsToAnybody();
    }),
    PORT_UNIFIED(
            "the client port speaks without TLS too (client.portUnification): meant for a migration only",
            settings -> settings.secure() != null && settings.secure().unified());

    private final String explanation;
    private final Predicate<ServerSettings> test;

    Exposure(String explanation, Predicate<ServerSettings> test) {
        this.explanation = explanation;
        this.test = test;
    }

    /** Returns the short name that metrics have. */
    public String reason() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Says in a few words what is open, and by which key. */
    public String explanation() {
        return explanation;
    }

    public boolean isIn(ServerSettings settings) {
        return test.test(settings);
    }
}
