package baton.etcd;

import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.FaultyLink;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Our core over a single etcd. */
final class EtcdStore implements CoreUnderTest {
    private final EtcdServer server = EtcdServer.start();

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public CoordinationCore open(InetSocketAddress via) {
        return EtcdCore.connect("etcd://" + via.getAddress().getHostAddress() + ":" + via.getPort() + "/tck");
    }

    @Override
    public FaultyLink faultyLink() {
        return new EtcdFaultyLink(server);
    }

    @Override
    public boolean isTree() {
        return false;
    }

    @Override
    public Optional<Long> registrations() {
        return Optional.of(server.watchers());
    }

    @Override
    public boolean forgetHistory() {
        server.compact();
        return true;
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
