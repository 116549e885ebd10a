package baton.server.conformance;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Apache ZooKeeper's own client, connected, with the events it got. */
final class ApacheClient implements AutoCloseable {
    private static final int WAIT_SECONDS = 20;

    final BlockingQueue<WatchedEvent> events = new LinkedBlockingQueue<>();
    final ZooKeeper zk;
    private final CountDownLatch connected = new CountDownLatch(1);

    ApacheClient(String connectString, int timeoutMillis) throws IOException, InterruptedException {
        zk = new ZooKeeper(connectString, timeoutMillis, this::process);
        awaitConnected();
    }

    ApacheClient(String connectString, int timeoutMillis, long sessionId, byte[] password)
            throws IOException, InterruptedException {
        zk = new ZooKeeper(connectString, timeoutMillis, this::process, sessionId, password);
    }

    ApacheClient(String connectString, int timeoutMillis, ZKClientConfig config)
            throws IOException, InterruptedException {
        zk = new ZooKeeper(connectString, timeoutMillis, this::process, config);
        awaitConnected();
    }

    private void process(WatchedEvent event) {
        if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            connected.countDown();
        }
        events.add(event);
    }

    void awaitConnected() throws InterruptedException {
        if (!connected.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not connected within " + WAIT_SECONDS + " s");
        }
    }

    /** Returns the next event about a node. */
    WatchedEvent nextNodeEvent() throws InterruptedException {
        while (true) {
            WatchedEvent event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new IllegalStateException("no event within " + WAIT_SECONDS + " s");
            }
            if (event.getType() != Watcher.Event.EventType.None) {
                return event;
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        zk.close();
    }
}
