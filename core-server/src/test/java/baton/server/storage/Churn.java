package baton.server.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/**
 * Many changes at once to few nodes, so that they meet: created, deleted and created again by other sessions, with lists
 * that come and go, one by one and in transactions. Whether a change succeeds is nobody's concern.
 */
final class Churn {
    private static final int IN_FLIGHT_MAX = 500;

    private final List<ZooKeeper> clients;
    private final Random random;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

    Churn(List<ZooKeeper> clients, long seed) {
        this.clients = clients;
        this.random = new Random(seed);
    }

    /** Sends changes, waiting for no more than have to be answered before. */
    void send(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            inFlight.acquire();
            sendOne(clients.get(random.nextInt(clients.size())));
        }
    }

    /** Waits for all answers. */
    void await() throws InterruptedException {
        inFlight.acquire(IN_FLIGHT_MAX);
        inFlight.release(IN_FLIGHT_MAX);
    }

    private void sendOne(ZooKeeper client) {
        String path = path();
        AsyncCallback.StringCallback created = (code, at, context, name) -> inFlight.release();
        AsyncCallback.VoidCallback deleted = (code, at, context) -> inFlight.release();
        AsyncCallback.StatCallback set = (code, at, context, stat) -> inFlight.release();
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> client.create(path, content(), acl(), mode(), created, null);
            case 3 -> client.delete(path, -1, deleted, null);
            case 4, 5 -> client.setData(path, content(), -1, set, null);
            case 6 -> client.setACL(path, acl(), -1, set, null);
            default ->
                client.multi(
                        List.of(
                                Op.create(path, content(), acl(), CreateMode.PERSISTENT),
                                Op.create(path + "/n" + random.nextInt(4), content(), acl(), mode()),
                                Op.setData(path, content(), -1)),
                        (code, at, context, results) -> inFlight.release(),
                        null);
        }
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int depth = random.nextInt(3); depth >= 0; depth--) {
            path.append("/n").append(random.nextInt(5));
        }
        return path.toString();
    }

    private byte[] content() {
        int size = random.nextInt(40);
        return size == 0 ? null : "x".repeat(size).getBytes(StandardCharsets.UTF_8);
    }

    private List<ACL> acl() {
        return random.nextInt(3) > 0
                ? ZooDefs.Ids.OPEN_ACL_UNSAFE
                : List.of(
                        new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.ANYONE_ID_UNSAFE),
                        new ACL(1 + random.nextInt(31), new Id("ip", "10.0.0." + random.nextInt(20))));
    }

    private CreateMode mode() {
        CreateMode[] modes = {
            CreateMode.PERSISTENT,
            CreateMode.PERSISTENT,
            CreateMode.EPHEMERAL,
            CreateMode.PERSISTENT_SEQUENTIAL,
            CreateMode.CONTAINER
        };
        return modes[random.nextInt(modes.length)];
    }
}
