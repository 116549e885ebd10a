package org.apache.zookeeper.server;

import baton.foreign.zookeeper.BatonBehind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * What opens a client port of Apache's server, had it not been told to open one of ours.
 *
 * <p>Apache's server object stays as its tests have made it: it is asked for directories, ticks and timeouts, and is never
 * started. Whoever looks for it here finds none, and whoever asks this for connections is refused: both would see nothing of
 * the server that clients talk to.
 */
abstract class BatonPort extends ServerCnxnFactory {
    private final CountDownLatch closed = new CountDownLatch(1);
    private InetSocketAddress address = new InetSocketAddress(0);
    private int connectionsPerAddressMax = 60;
    private int backlog = -1;

    // Null before this has been opened.
    private ZooKeeperServer server;
    private BatonBehind behind;

    @Override
    public void configure(InetSocketAddress where, int perAddressMax, int listenBacklog, boolean overTls)
            throws IOException {
        address = where;
        connectionsPerAddressMax = perAddressMax;
        backlog = listenBacklog;
        secure = overTls;
    }

    @Override
    public void startup(ZooKeeperServer opened, boolean start) throws IOException {
        server = opened;
        behind = BatonBehind.of(opened);
        behind.open(this);
    }

    @Override
    public void shutdown() {
        if (behind != null) {
            behind.close();
            // Whoever has started the server waits for this.
            server.setState(ZooKeeperServer.State.SHUTDOWN);
        }
        closed.countDown();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return address;
    }

    @Override
    public int getLocalPort() {
        return address.getPort() == 0 && behind != null ? behind.port(secure) : address.getPort();
    }

    @Override
    public int getMaxClientCnxnsPerHost() {
        return connectionsPerAddressMax;
    }

    @Override
    public int getSocketListenBacklog() {
        return backlog;
    }

    /** Takes a restart, for ours reads its file once. */
    @Override
    public void setMaxClientCnxnsPerHost(int max) {
        connectionsPerAddressMax = max;
        try {
            behind.open(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Iterable<ServerCnxn> getConnections() {
        throw inside();
    }

    @Override
    public int getNumAliveConnections() {
        throw inside();
    }

    @Override
    public void reconfigure(InetSocketAddress other) {
        throw inside();
    }

    @Override
    public void join() throws InterruptedException {
        closed.await();
    }

    @Override
    public void start() {
        throw inside();
    }

    @Override
    public void closeAll(ServerCnxn.DisconnectReason reason) {
        throw inside();
    }

    @Override
    public boolean closeSession(long session, ServerCnxn.DisconnectReason reason) {
        throw inside();
    }

    @Override
    public void resetAllConnectionStats() {
        throw inside();
    }

    @Override
    public Iterable<Map<String, Object>> getAllConnectionInfo(boolean brief) {
        throw inside();
    }

    private static UnsupportedOperationException inside() {
        return new UnsupportedOperationException("looks into Apache's server");
    }
}
