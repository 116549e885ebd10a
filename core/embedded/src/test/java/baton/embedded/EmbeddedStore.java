package baton.embedded;

import baton.client.ZnodeCore;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.server.StartFailedException;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.StorageSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** An embedded core that keeps its port and its directory, and clients that join it by its connect string. */
final class EmbeddedStore implements CoreUnderTest {
    private final Path directory = ServerStore.temporary();
    private final InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ServerStore.freePort());
    private EmbeddedCore core = launch();

    private EmbeddedCore launch() {
        ServerSettings settings = ServerSettings.of(
                        new ListenAddress("127.0.0.1", address.getPort()), StorageSettings.Files.in(directory))
                .withSessions(new SessionSettings(100, 200, 60_000))
                .withLimits(LimitSettings.DEFAULT.withConnectionsPerAddress(0));
        try {
            return EmbeddedCore.start(settings);
        } catch (StartFailedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public CoordinationCore open(InetSocketAddress via) {
        return ZnodeCore.builder(via.getAddress().getHostAddress() + ":" + via.getPort())
                .kind(core.info().kind())
                .scopeId(core.info().scopeId())
                .capability(Capability.LEASE_CONFIRMED)
                .build();
    }

    @Override
    public void stop() {
        core.close();
    }

    @Override
    public void start() {
        core = launch();
    }

    @Override
    public void close() {
        core.close();
        ServerStore.delete(directory);
    }
}
