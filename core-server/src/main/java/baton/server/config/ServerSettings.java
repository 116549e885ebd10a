package baton.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a server is told before it starts.
 *
 * @param listen where clients connect
 * @param storage where transactions are kept
 * @param sessions how long a silent client keeps its session
 * @param limits what clients may cost
 * @param features what the server does beyond the common ground
 * @param words who may ask for which four-letter words
 * @param admin the HTTP port of operators
 * @param secure where clients speak TLS; null if they do not
 */
public record ServerSettings(
        ListenAddress listen,
        StorageSettings storage,
        SessionSettings sessions,
        LimitSettings limits,
        FeatureSettings features,
        WordAccess words,
        AdminSettings admin,
        @Nullable SecurePort secure) {
    /** A server in memory on a loopback port that the system picks, for tests and embedding. */
    public static ServerSettings inMemory() {
        return of(ListenAddress.EPHEMERAL, new StorageSettings.Memory());
    }

    /** A server with a data directory on a loopback port that the system picks. */
    public static ServerSettings inDirectory(Path dataDir) {
        return of(ListenAddress.EPHEMERAL, StorageSettings.Files.in(dataDir));
    }

    /** A server with the defaults for all the rest. */
    public static ServerSettings of(ListenAddress listen, StorageSettings storage) {
        return new ServerSettings(
                listen,
                storage,
                SessionSettings.DEFAULT,
                LimitSettings.DEFAULT,
                FeatureSettings.DEFAULT,
                WordAccess.DEFAULT,
                AdminSettings.NONE,
                null);
    }

    public ServerSettings withListen(ListenAddress other) {
        return new ServerSettings(other, storage, sessions, limits, features, words, admin, secure);
    }

    public ServerSettings withStorage(StorageSettings other) {
        return new ServerSettings(listen, other, sessions, limits, features, words, admin, secure);
    }

    public ServerSettings withSessions(SessionSettings other) {
        return new ServerSettings(listen, storage, other, limits, features, words, admin, secure);
    }

    public ServerSettings withLimits(LimitSettings other) {
        return new ServerSettings(listen, storage, sessions, other, features, words, admin, secure);
    }

    public ServerSettings withFeatures(FeatureSettings other) {
        return new ServerSettings(listen, storage, sessions, limits, other, words, admin, secure);
    }

    public ServerSettings withWords(WordAccess other) {
        return new ServerSettings(listen, storage, sessions, limits, features, other, admin, secure);
    }

    public ServerSettings withAdmin(AdminSettings other) {
        return new ServerSettings(listen, storage, sessions, limits, features, words, other, secure);
    }

    public ServerSettings withSecure(@Nullable SecurePort other) {
        return new ServerSettings(listen, storage, sessions, limits, features, words, admin, other);
    }

    /** Returns how each port that speaks TLS does so. */
    List<TlsSettings> tls() {
        List<TlsSettings> spoken = new ArrayList<>();
        if (secure != null) {
            spoken.add(secure.tls());
        }
        AdminSettings.AdminTls operators = admin.tls();
        if (operators != null) {
            spoken.add(operators.tls());
        }
        AdminSettings.MetricsOverTls metrics = admin.secureMetrics();
        if (metrics != null) {
            spoken.add(metrics.tls());
        }
        return spoken;
    }
}
