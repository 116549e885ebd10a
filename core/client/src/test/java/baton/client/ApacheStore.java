package baton.client;

import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.core.testkit.ServerProcess;
import java.net.InetSocketAddress;

/** Our core over Apache ZooKeeper. */
final class ApacheStore implements CoreUnderTest {
    private final ServerProcess server = ServerProcess.apache();

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public CoordinationCore open(InetSocketAddress via) {
        return ZnodeCore.connect(via.getAddress().getHostAddress() + ":" + via.getPort());
    }

    @Override
    public void stop() {
        server.stop();
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
