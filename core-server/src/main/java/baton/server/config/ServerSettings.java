package baton.server.config;

import java.nio.file.Path;

/**
 * Everything a server is told before it starts.
 *
 * @param listen where clients connect
 * @param storage where transactions are kept
 * @param sessions how long a silent client keeps its session
 * @param limits what clients may cost
 * @param features what the server does beyond the common ground
 * @param words who may ask for which four-letter words
 */
public record ServerSettings(
        ListenAddress listen,
        StorageSettings storage,
        SessionSettings sessions,
        LimitSettings limits,
        FeatureSettings features,
        WordAccess words) {
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
                WordAccess.DEFAULT);
    }

    public ServerSettings withListen(ListenAddress other) {
        return new ServerSettings(other, storage, sessions, limits, features, words);
    }

    public ServerSettings withStorage(StorageSettings other) {
        return new ServerSettings(listen, other, sessions, limits, features, words);
    }

    public ServerSettings withSessions(SessionSettings other) {
        return new ServerSettings(listen, storage, other, limits, features, words);
    }

    public ServerSettings withLimits(LimitSettings other) {
        return new ServerSettings(listen, storage, sessions, other, features, words);
    }

    public ServerSettings withFeatures(FeatureSettings other) {
        return new ServerSettings(listen, storage, sessions, limits, other, words);
    }

    public ServerSettings withWords(WordAccess other) {
        return new ServerSettings(listen, storage, sessions, limits, features, other);
    }
}
