package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that takes its time holds up nobody. */
@Timeout(60)
class SnapshotBesideWritesTest {
    private static final int SNAP_COUNT = 20;

    @TempDir
    Path directory;

    @Test
    void writesAreAcknowledgedWhileASnapshotIsBeingWritten() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Disk slow = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            // The first snapshot, of an empty tree, is written before anybody is served.
            boolean writes =
                    call.equals("write") && file.getFileName().toString().startsWith("tmp.snapshot.");
            if (writes && !file.getFileName().toString().endsWith(".0")) {
                begun.countDown();
                awaitQuietly(mayGoOn);
            }
        });
        ServerSettings settings = ServerSettings.of(
                ListenAddress.EPHEMERAL, StorageSettings.Files.in(directory).withSnapCount(SNAP_COUNT));
        try (BatonServer server = BatonServer.start(settings, slow);
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            int written = 0;
            while (begun.getCount() > 0) {
                write(client, written++);
            }
            long before = snapshots();

            for (int i = 0; i < 10 * SNAP_COUNT; i++) {
                write(client, written++);
            }

            assertThat(snapshots()).isEqualTo(before);
            mayGoOn.countDown();
            await().until(() -> snapshots() > before);
        }
    }

    @Test
    void theNextOneIsPutOffForNineTimesAsLongAsItTook() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        List<Long> beganNanos = new CopyOnWriteArrayList<>();
        Disk slow = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            String name = file.getFileName().toString();
            if (call.equals("create") && name.startsWith("tmp.snapshot.") && !name.endsWith(".0")) {
                beganNanos.add(System.nanoTime());
                begun.countDown();
                awaitQuietly(mayGoOn);
            }
        });
        ServerSettings settings = ServerSettings.of(
                ListenAddress.EPHEMERAL, StorageSettings.Files.in(directory).withSnapCount(SNAP_COUNT));
        long endedNanos;
        try (BatonServer server = BatonServer.start(settings, slow);
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            int written = 0;
            while (begun.getCount() > 0) {
                write(client, written++);
            }
            for (int i = 0; i < SNAP_COUNT; i++) {
                write(client, written++);
            }
            endedNanos = System.nanoTime();
            mayGoOn.countDown();

            // Together fewer than would bring it in any case.
            for (int i = 0; i < 2 * SNAP_COUNT; i++) {
                write(client, written++);
            }
        }

        long tookNanos = endedNanos - beganNanos.get(0);
        assertThat(beganNanos.stream().skip(1)).allMatch(began -> began - endedNanos >= 9 * tookNanos);
    }

    private static void write(RawClient client, int number) throws IOException {
        client.send(number, new Request.Create(OpCode.CREATE, "/" + number, Bytes.EMPTY, Acl.OPEN, 0));
        assertThat(client.receiveHeader().isOk()).isTrue();
    }

    private long snapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("version-2"))) {
            return files.filter(each -> each.getFileName().toString().startsWith("snapshot."))
                    .count();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
