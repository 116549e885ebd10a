package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.request.ReadRequests;
import baton.server.session.ClientConnection;
import baton.server.watch.WatchTable;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** What every connection uses, and none owns. Thread-safe. */
final class ConnectionServices {
    private final ReadRequests reads;
    private final WatchTable<ClientConnection> watches;
    private final Credentials credentials;
    private final Words words;
    private final ServerMetrics metrics;
    private final Clock clock;
    private final SessionLabels labels = new SessionLabels();
    private final IdentityCount identities;
    private final int identityBytesMax;
    private final int handshakeMillis;
    private final @Nullable AuditLog audit;

    @Inject
    ConnectionServices(
            ServerSettings settings,
            ReadRequests reads,
            WatchTable<ClientConnection> watches,
            Credentials credentials,
            Words words,
            ServerMetrics metrics,
            Clock clock) {
        this.reads = reads;
        this.watches = watches;
        this.credentials = credentials;
        this.words = words;
        this.metrics = metrics;
        this.clock = clock;
        this.identities = new IdentityCount(settings.limits().identities().connectionsMax());
        this.identityBytesMax = settings.limits().holdings().texts().identitiesPerConnectionBytesMax();
        this.handshakeMillis = settings.limits().connections().handshakeMillis();
        this.audit = AuditLog.of(settings).orElse(null);
    }

    ReadRequests reads() {
        return reads;
    }

    WatchTable<ClientConnection> watches() {
        return watches;
    }

    Credentials credentials() {
        return credentials;
    }

    Words words() {
        return words;
    }

    ServerMetrics metrics() {
        return metrics;
    }

    Clock clock() {
        return clock;
    }

    SessionLabels labels() {
        return labels;
    }

    IdentityCount identities() {
        return identities;
    }

    /** Returns how many bytes the identities of one connection may have. */
    int identityBytesMax() {
        return identityBytesMax;
    }

    int handshakeMillis() {
        return handshakeMillis;
    }

    /** Returns what tells of changes; null if nobody asked for that. */
    @Nullable
    AuditLog audit() {
        return audit;
    }
}
