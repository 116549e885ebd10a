package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process was killed in the middle of a write load, again and again. */
class KilledServerTest {
    private static final int KILLS = 21;
    private static final int IN_FLIGHT_MAX = 200;
    private static final int SESSION_MILLIS = 30_000;

    /** What one life of the server promised. */
    private record Promises(String parent, List<String> created, int counter) {}

    @Test
    void everyAcknowledgedWriteSurvivesEveryKill(@TempDir Path directory) throws Exception {
        Path config = Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "dataDir=" + directory.resolve("data"),
                        "clientPortAddress=127.0.0.1",
                        "clientPort=1",
                        "snapCount=1500",
                        "autopurge.purgeInterval=0"));
        Path errors = directory.resolve("stderr");
        Random random = new Random(20);
        List<Promises> promised = new ArrayList<>();

        for (int life = 0; life <= KILLS; life++) {
            try (ServerProcess server = ServerProcess.start(errors, config.toString(), "--listen", "127.0.0.1:0")) {
                try (ApacheClient client = new ApacheClient(server.connectString(), SESSION_MILLIS)) {
                    verify(client.zk, promised);
                    if (life < KILLS) {
                        promised.add(writeUntilKilled(client.zk, life, server, 30 + random.nextInt(300)));
                    }
                }
            }
        }

        assertThat(promised).hasSize(KILLS);
        assertThat(Files.readString(errors)).doesNotContain("ERROR");
    }

    private static Promises writeUntilKilled(ZooKeeper zk, int life, ServerProcess server, long afterMillis)
            throws Exception {
        String parent = "/life-" + life;
        zk.create(parent, "0".getBytes(StandardCharsets.UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        ConcurrentLinkedQueue<String> created = new ConcurrentLinkedQueue<>();
        AtomicInteger counter = new AtomicInteger();
        Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        CountDownLatch acknowledged = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            for (int i = 1; lost.getCount() > 0; i++) {
                inFlight.acquireUninterruptibly(2);
                byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                int written = i;
                zk.create(
                        parent + "/n-" + i,
                        value,
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (code, path, context, name) -> {
                            inFlight.release();
                            if (code == KeeperException.Code.OK.intValue()) {
                                created.add(name.substring(parent.length() + 1));
                                acknowledged.countDown();
                            } else {
                                lost.countDown();
                            }
                        },
                        null);
                zk.setData(
                        parent,
                        value,
                        -1,
                        (code, path, context, stat) -> {
                            inFlight.release();
                            if (code == KeeperException.Code.OK.intValue()) {
                                counter.accumulateAndGet(written, Math::max);
                            } else {
                                lost.countDown();
                            }
                        },
                        null);
            }
        });
        writer.start();
        assertThat(acknowledged.await(20, TimeUnit.SECONDS))
                .as("something is promised")
                .isTrue();
        // Not a wait for something to happen: the moment of the kill is what varies.
        boolean early = lost.await(afterMillis, TimeUnit.MILLISECONDS);
        assertThat(early).as("the server failed before it was killed").isFalse();
        server.kill();
        assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
        writer.join();
        return new Promises(parent, List.copyOf(created), counter.get());
    }

    private static void verify(ZooKeeper zk, List<Promises> promised) throws Exception {
        for (Promises each : promised) {
            Set<String> found = new HashSet<>(zk.getChildren(each.parent(), false));
            List<String> missing = new ArrayList<>(each.created());
            missing.removeIf(found::contains);
            assertThat(missing).as("acknowledged below " + each.parent()).isEmpty();
            String counter = new String(zk.getData(each.parent(), false, null), StandardCharsets.UTF_8);
            assertThat(Integer.parseInt(counter)).isGreaterThanOrEqualTo(each.counter());
        }
    }
}
