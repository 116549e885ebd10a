package baton.embedded;

import baton.client.ZnodeCore;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.core.testkit.ServerProcess;
import java.net.InetSocketAddress;

/** A server in a process of its own, reached over the network; it keeps its port and its directory when it restarts. */
final class ServerStore implements CoreUnderTest {
    private final ServerProcess server = ServerProcess.baton();

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public CoordinationCore open(InetSocketAddress via) {
        return ZnodeCore.builder(via.getAddress().getHostAddress() + ":" + via.getPort())
                .capability(Capability.LEASE_CONFIRMED)
                .build();
    }

    @Override
    public void stop() {
        int code = server.stop();
        if (code != 0) {
            throw new AssertionError("the server ended with " + code + " when asked to stop");
        }
    }

    @Override
    public void start() {
        server.startAgain();
    }

    @Override
    public void close() {
        server.close();
    }
}
