package baton.embedded;

import baton.client.ZnodeCore;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.core.testkit.LoopbackPort;
import baton.core.testkit.TemporaryDirectory;
import baton.server.StartFailedException;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.StorageSettings;
import java.net.InetSocketAddress;

/** An embedded core that keeps its port and its directory, and clients that join it by its connect string. */
final class EmbeddedStore implements CoreUnderTest {
    private final TemporaryDirectory directory = TemporaryDirectory.named("baton-store");
    private final LoopbackPort port = LoopbackPort.claim();
    private EmbeddedCore core = launch();

    private EmbeddedCore launch() {
        ServerSettings settings = ServerSettings.of(
                        new ListenAddress("127.0.0.1", port.number()), StorageSettings.Files.in(directory.path()))
                .withSessions(new SessionSettings(100, 200, 60_000))
                .withLimits(LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0)));
        try {
            return EmbeddedCore.start(settings);
        } catch (StartFailedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public InetSocketAddress address() {
        return port.address();
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
        port.close();
        directory.close();
    }
}
