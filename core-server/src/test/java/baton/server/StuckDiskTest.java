package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.AdminSettings;
import baton.server.config.FlowSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.storage.Disk;
import baton.server.storage.StuckDiskException;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** While a disk stands still only so much is let in; what waits outside is served when it goes on, if it goes on soon. */
@Timeout(60)
class StuckDiskTest {
    private static final int OUTSTANDING_MAX = 10;
    private static final int CLIENTS = 4;
    private static final int WRITES = 50;
    private static final int SLOW_SYNC_MILLIS = 1;
    private static final int QUICK_WRITES_MAX = 10_000;

    @TempDir
    Path directory;

    private final ReentrantLock diskIsStuck = new ReentrantLock();
    private volatile String lastSyncBy = "";

    @Test
    void noMoreIsReadThanMayBeInTheServerAndEverythingIsAnsweredInTheEnd() throws Exception {
        LimitSettings narrow = LimitSettings.DEFAULT
                .withEventLoops(2)
                .withFlow(FlowSettings.DEFAULT.withOutstandingRequestsMax(OUTSTANDING_MAX));
        try (BatonServer server = BatonServer.start(settings(60_000).withLimits(narrow), stickingDisk())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RawClient.withSession(server.port(), 30_000));
            }
            diskIsStuck.lock();
            try {
                for (RawClient each : clients) {
                    for (int i = 0; i < WRITES; i++) {
                        each.send(i, new Request.Create(OpCode.CREATE, "/n-", Bytes.EMPTY, Acl.OPEN, 2));
                    }
                }

                await().until(() -> outstanding(server) == OUTSTANDING_MAX);
                await().during(Duration.ofMillis(100)).until(() -> outstanding(server) == OUTSTANDING_MAX);
            } finally {
                diskIsStuck.unlock();
            }

            for (RawClient each : clients) {
                for (int i = 0; i < WRITES; i++) {
                    assertThat(each.receiveHeader().xid()).isEqualTo(i);
                }
                each.close();
            }
        }
    }

    @Test
    void aDiskThatHangsForTooLongIsTreatedLikeOneThatFailed() throws Exception {
        // More than a disk that works takes for what comes before the case, on a machine that has much to do.
        ServerSettings settings = settings(3_000);
        try (BatonServer server = BatonServer.start(settings, stickingDisk());
                RawClient writer = RawClient.withSession(server.port(), 30_000);
                RawClient idle = RawClient.withSession(server.port(), 30_000)) {
            diskIsStuck.lock();
            try {
                writer.send(1, new Request.Create(OpCode.CREATE, "/n", Bytes.EMPTY, Acl.OPEN, 0));

                assertThat(server.failure().get(20, TimeUnit.SECONDS)).isInstanceOf(StuckDiskException.class);
                assertThat(idle.isCutOff()).isTrue();
                assertThat(writer.isCutOff()).isTrue();
                server.close();
                assertThatThrownBy(() -> BatonServer.start(settings))
                        .describedAs("the disk may yet do what it was told: nobody else may use the directory")
                        .isInstanceOf(StartFailedException.class)
                        .hasMessageContaining("in this process");
            } finally {
                diskIsStuck.unlock();
            }
        }
    }

    /** Whose changes are written on the loop, if the disk is quick: then it is the loop that hangs, and cannot say so. */
    @Test
    void aDiskThatHangsWhileOneClientIsAloneEndsTheServer(@TempDir(factory = InMemory.class) Path quick)
            throws Exception {
        directory = quick;
        ServerSettings settings = settings(3_000).withLimits(LimitSettings.DEFAULT.withEventLoops(1));
        try (BatonServer server = BatonServer.start(settings, stickingDisk());
                RawClient writer = RawClient.withSession(server.port(), 30_000)) {
            int written = 0;
            while (!lastSyncBy.equals("baton-loop-0") && written < QUICK_WRITES_MAX) {
                writer.send(written, new Request.Create(OpCode.CREATE, "/n-", Bytes.EMPTY, Acl.OPEN, 2));
                assertThat(writer.receiveHeader().xid()).isEqualTo(written);
                written++;
            }
            assertThat(lastSyncBy).isEqualTo("baton-loop-0");
            diskIsStuck.lock();
            try {
                writer.send(written, new Request.Create(OpCode.CREATE, "/n-", Bytes.EMPTY, Acl.OPEN, 2));

                assertThat(server.failure().get(20, TimeUnit.SECONDS)).isInstanceOf(StuckDiskException.class);
                server.close();
                assertThatThrownBy(() -> BatonServer.start(settings))
                        .isInstanceOf(StartFailedException.class)
                        .hasMessageContaining("in this process");
            } finally {
                diskIsStuck.unlock();
            }
        }
    }

    @Test
    void aSyncThatTakesTooLongIsCounted() throws Exception {
        Disk slow = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (call.equals("sync")) {
                long beganAtNanos = System.nanoTime();
                while (System.nanoTime() - beganAtNanos <= TimeUnit.MILLISECONDS.toNanos(SLOW_SYNC_MILLIS)) {
                    Thread.onSpinWait();
                }
            }
        });
        StorageSettings.Log log = new StorageSettings.Log(0, true, 0, SLOW_SYNC_MILLIS, 60_000);
        ServerSettings settings = ServerSettings.inDirectory(directory)
                .withStorage(StorageSettings.Files.in(directory).withLog(log).withReserveBytes(16L << 20))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL));
        try (BatonServer server = BatonServer.start(settings, slow);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            client.send(1, new Request.Create(OpCode.CREATE, "/n", Bytes.EMPTY, Acl.OPEN, 0));
            client.receiveHeader();

            URI page = URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/server_stats");
            String stats = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(stats).containsPattern("\"fsync_threshold_exceed_count\" : [1-9]");
        }
    }

    /** With the smallest reserve, which is written to the same disk before anything else. */
    private ServerSettings settings(int stuckSyncMillis) {
        StorageSettings.Log log = StorageSettings.Log.DEFAULT.withStuckSyncMillis(stuckSyncMillis);
        return ServerSettings.inDirectory(directory)
                .withStorage(StorageSettings.Files.in(directory).withLog(log).withReserveBytes(16L << 20));
    }

    private Disk stickingDisk() {
        return new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (call.equals("sync")) {
                lastSyncBy = Thread.currentThread().getName();
                diskIsStuck.lock();
                diskIsStuck.unlock();
            }
        });
    }

    private static int outstanding(BatonServer server) throws IOException {
        try (RawClient probe = new RawClient(server.port())) {
            probe.send("mntr");
            Matcher found = Pattern.compile("zk_outstanding_requests\t(\\d+)").matcher(probe.receiveAll());
            assertThat(found.find()).isTrue();
            return Integer.parseInt(found.group(1));
        }
    }

    /** Where a disk is quick, if there is such a place. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "baton")
                    : Files.createTempDirectory("baton");
        }
    }
}
