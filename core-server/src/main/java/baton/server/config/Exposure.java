package baton.server.config;

import java.util.Locale;

/** A setting that leaves a server open to somebody. Each is told when the server starts, and shows in its metrics. */
public enum Exposure {
    ACL_SKIPPED("access control lists are not enforced (skipACL)"),
    SUPER_USER("a super user is configured, whom no access control list holds back"),
    ANY_LOGIN("whoever logs in passes each list that has the name of letAnySaslUserDoX"),
    FSYNC_SKIPPED("acknowledged changes can be lost in a power cut (forceSync=no)"),
    ADMIN_PORT_OPEN("the admin server can be reached from other machines (admin.serverAddress)"),
    METRICS_PORT_OPEN("metrics can be read from other machines (metricsProvider.httpHost)"),
    CLIENT_PORT_PLAIN("clients on other machines can connect without TLS, to be read and changed on the way"
            + " (clientPortAddress)"),
    PORT_UNIFIED("the client port speaks without TLS too (client.portUnification): meant for a migration only");

    private final String explanation;

    Exposure(String explanation) {
        this.explanation = explanation;
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
        AuthSettings auth = settings.features().auth();
        AdminSettings admin = settings.admin();
        ListenAddress metrics = admin.metrics();
        SecurePort secure = settings.secure();
        return switch (this) {
            case ACL_SKIPPED -> !auth.aclChecked();
            case SUPER_USER ->
                auth.superDigest() != null
                        || auth.x509SuperUser() != null
                        || auth.sasl().hasSuperUser();
            case ANY_LOGIN -> auth.sasl().anyone() != null;
            case FSYNC_SKIPPED ->
                settings.storage() instanceof StorageSettings.Files files
                        && !files.log().forceSync();
            case ADMIN_PORT_OPEN ->
                admin.presence() != AdminSettings.Presence.OFF
                        && !admin.listen().isLoopback();
            case METRICS_PORT_OPEN -> metrics != null && !metrics.isLoopback() || admin.showsSecureMetricsToAnybody();
            case CLIENT_PORT_PLAIN ->
                (secure == null || !secure.unified() && !secure.isAlone())
                        && !settings.listen().isLoopback();
            case PORT_UNIFIED -> secure != null && secure.unified();
        };
    }
}
