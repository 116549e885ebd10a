package baton.server.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** A running server of Apache ZooKeeper, in this process. It never looks for containers to delete. */
public final class ApacheServer implements AutoCloseable {
    private static final int TICK_MILLIS = 2000;
    private static final int CONNECTIONS_PER_ADDRESS = 20;

    private final ZooKeeperServer server;
    private final ServerCnxnFactory factory;

    private ApacheServer(FileTxnSnapLog files, int tickMillis) throws IOException, InterruptedException {
        server = new ZooKeeperServer(files, tickMillis, "");
        factory = new NIOServerCnxnFactory();
        factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CONNECTIONS_PER_ADDRESS);
        factory.startup(server);
    }

    /** Starts a server on a data directory. */
    static ApacheServer on(Path dir) throws IOException, InterruptedException {
        return new ApacheServer(new FileTxnSnapLog(dir.toFile(), dir.toFile()), TICK_MILLIS);
    }

    /** Starts a server on a data directory, whose sessions end after a few short ticks. */
    static ApacheServer on(Path dir, int tickMillis) throws IOException, InterruptedException {
        return new ApacheServer(new FileTxnSnapLog(dir.toFile(), dir.toFile()), tickMillis);
    }

    /** Starts a server on an empty directory in which it leaves nothing of use: it does not wait for the disk. */
    public static ApacheServer forgetful(Path dir, int tickMillis) throws IOException, InterruptedException {
        FileTxnSnapLog files = new FileTxnSnapLog(dir.toFile(), dir.toFile()) {
            @Override
            public void commit() {
                // What is written waits in the buffer.
            }
        };
        return new ApacheServer(files, tickMillis);
    }

    public int port() {
        return factory.getLocalPort();
    }

    /** Takes a snapshot while everything goes on. */
    void snapshot() throws IOException {
        server.takeSnapshot();
    }

    /** Connects a client, and returns when it has a session. */
    ZooKeeper connect() throws IOException, InterruptedException {
        return connect(port());
    }

    /** Connects a client to a server of any kind, and returns when it has a session. */
    static ZooKeeper connect(int port) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper("127.0.0.1:" + port, 30_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new IOException("no session within 30 s");
        }
        return client;
    }

    /** Stops at once: sessions stay open in the history. */
    @Override
    public void close() {
        factory.shutdown();
        server.shutdown(true);
    }
}
