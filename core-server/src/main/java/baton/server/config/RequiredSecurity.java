package baton.server.config;

import baton.server.config.TlsSettings.ClientAuth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code baton.security=required} asks of settings: that nobody is served whom nobody knows, and nothing can be read
 * on the way.
 */
final class RequiredSecurity {
    /** By what somebody known is told from a stranger. Where he comes from, and a password of his own choice, are not. */
    private static final Set<String> PROOFS = Set.of("sasl", "x509");

    private RequiredSecurity() {}

    /** Returns what stands against it, each with what to do about it; empty if nothing does. */
    static List<String> objections(ServerSettings settings) {
        List<String> objections = new ArrayList<>();
        clientPorts(settings, objections);
        AuthSettings auth = settings.features().auth();
        if (!auth.aclChecked()) {
            objections.add("access control lists must be enforced: remove skipACL");
        }
        if (auth.sessions().key() == null) {
            objections.add("passwords of sessions must be secret: add baton.session.secretPath=FILE");
        }
        if (!auth.sessions().bound()) {
            objections.add("sessions must be bound to who opened them: remove baton.session.binding");
        }
        AdminSettings admin = settings.admin();
        if (admin.presence() != AdminSettings.Presence.OFF
                && !admin.listen().isLoopback()
                && !knowsWhoAsks(admin.tls())) {
            objections.add("the admin server speaks without TLS, or to anybody: add admin.serverAddress=127.0.0.1, or"
                    + " admin.forceHttps=true and admin.needClientAuth=true");
        }
        if (admin.metrics() != null && !admin.metrics().isLoopback()) {
            objections.add("metrics are shown without TLS: add metricsProvider.httpHost=127.0.0.1");
        }
        if (admin.showsSecureMetricsToAnybody()) {
            objections.add("metrics are shown to anybody: add metricsProvider.httpHost=127.0.0.1, or"
                    + " metricsProvider.ssl.need.client.auth=true");
        }
        return objections;
    }

    private static boolean knowsWhoAsks(AdminSettings.@Nullable AdminTls tls) {
        return tls != null && !tls.plainToo() && tls.tls().clientAuth() == ClientAuth.NEED;
    }

    private static void clientPorts(ServerSettings settings, List<String> objections) {
        SecurePort secure = settings.secure();
        if (secure == null) {
            objections.add("clients must speak TLS: add secureClientPort, and remove clientPort");
            return;
        }
        if (!secure.isAlone()) {
            objections.add("a port would speak without TLS: remove clientPort and client.portUnification");
        }
        boolean certified = secure.tls().clientAuth() == ClientAuth.NEED;
        if (certified && secure.tls().trust() == null) {
            objections.add("whose certificates clients may have must be said: add ssl.trustStore.location");
        }
        Set<String> schemes = settings.features().auth().requiredSchemes();
        if (!certified && (schemes.isEmpty() || !PROOFS.containsAll(schemes))) {
            objections.add("every client must prove who it is: add ssl.clientAuth=need, or enforce.auth.enabled=true"
                    + " with enforce.auth.schemes=sasl");
        }
    }
}
