package baton.embedded;

import baton.client.ZnodeCore;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.StorageSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * A server in this process and the client that speaks to it.
 *
 * <p>In memory it starts in milliseconds, writes nothing, and forgets everything when it is closed: for tests, for
 * development, and for what must be coordinated within one process only. In a directory it remembers, in files that any
 * other core's server can open. Other processes can join at {@link #connectString}; the port is on loopback.
 *
 * <p>Fencing tokens of a directory compare with those of network clients of the same server: both carry the scope that
 * every client has by default. In memory each life counts from the beginning again, so each has a scope of its own, and
 * who joins it and compares tokens sets {@code scopeId} to that of {@link #info}.
 *
 * <p>Session timeouts may be 200 ms to 60 s. Safe for use by many threads.
 */
public final class EmbeddedCore implements CoordinationCore {
    private static final SessionSettings SESSIONS = new SessionSettings(100, 200, 60_000);
    private static final LimitSettings LIMITS =
            LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0));

    private final BatonServer server;
    private final ZnodeCore client;

    private EmbeddedCore(BatonServer server, Optional<String> scopeId) {
        this.server = server;
        // One server cannot be cut off from its leader, so whatever it confirms is confirmed.
        ZnodeCore.Builder builder =
                ZnodeCore.builder(server.connectString()).kind("embedded").capability(Capability.LEASE_CONFIRMED);
        scopeId.ifPresent(builder::scopeId);
        this.client = builder.build();
    }

    /**
     * Starts one that keeps everything in memory.
     *
     * @throws StartFailedException if no loopback port can be had
     */
    public static EmbeddedCore inMemory() throws StartFailedException {
        return start(settings(ServerSettings.inMemory()));
    }

    /**
     * Starts one that keeps everything in a directory, which is made if it is not there.
     *
     * @throws StartFailedException if the directory cannot be used, or not be read back
     */
    public static EmbeddedCore inDirectory(Path directory) throws StartFailedException {
        return start(
                settings(ServerSettings.inDirectory(directory.toAbsolutePath().normalize())));
    }

    /**
     * Starts one with settings of its own.
     *
     * @throws StartFailedException if the server cannot start
     */
    public static EmbeddedCore start(ServerSettings settings) throws StartFailedException {
        boolean remembers = settings.storage() instanceof StorageSettings.Files;
        return new EmbeddedCore(
                BatonServer.start(settings),
                remembers ? Optional.empty() : Optional.of("embedded:" + UUID.randomUUID()));
    }

    private static ServerSettings settings(ServerSettings where) {
        return where.withSessions(SESSIONS).withLimits(LIMITS);
    }

    /** Returns what clients of other processes on this machine connect to. */
    public String connectString() {
        return server.connectString();
    }

    /** Returns the port of the admin server, 0 if there is none. */
    public int adminPort() {
        return server.adminPort();
    }

    @Override
    public CoreInfo info() {
        return client.info();
    }

    @Override
    public Set<Capability> capabilities() {
        return client.capabilities();
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        return client.openSession(options, observer);
    }

    /** Stops the client, then the server. What was in memory is gone. */
    @Override
    public void close() {
        client.close();
        server.close();
    }
}
