package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Bytes;
import baton.server.config.StorageSettings.Purge;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.Disk;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.SnapshotForm;
import baton.server.storage.TappedDisk;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotAgentTest {
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path dir;

    private final StateReplay replay = new StateReplay(2000);
    private final Doorbell bell = new Doorbell();
    private boolean diskIsFull;
    private boolean reserveFails;
    private boolean timeEndsInASnapshot;
    private long syncTakesNanos;
    private final ServerMetrics metrics = new ServerMetrics();
    private int rings;
    private FileStorage storage;
    private SnapshotAgent agent;

    @BeforeEach
    void open() throws IOException {
        open(dir);
    }

    private void open(Path directory) throws IOException {
        open(directory, 0);
    }

    private void open(Path directory, int room) throws IOException {
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (diskIsFull && call.equals("write") || reserveFails && file.endsWith("tmp.reserve")) {
                throw new IOException("No space left on device");
            }
            if (call.equals("sync")) {
                for (long now = 0; now < syncTakesNanos; now += SECOND) {
                    agent.lookAfter(now);
                }
            }
            if (timeEndsInASnapshot && call.equals("create")) {
                agent.hurry();
            }
        });
        storage = FileStorage.open(
                DataDirectory.open(disk, directory, directory),
                replay,
                new RecoveredSource(replay),
                DigestCheck.REFUSE,
                LogSettings.withRoom(room),
                SnapshotForm.PLAIN);
        agent = new SnapshotAgent(
                storage, Purge.DEFAULT, bell, () -> rings++, metrics, new DiskPatience(10 * SECOND), 0);
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
    }

    @Test
    void preparesTheReserveFirstOfAll() throws IOException {
        assertFalse(agent.hasWork(), "with the reserve that the start has prepared");
        close();
        reserveFails = true;
        open(dir.resolve("other"));
        reserveFails = false;
        assertTrue(agent.hasWork());

        agent.doWork(0);

        assertTrue(storage.reserve().isReady());
        assertFalse(agent.hasWork());
    }

    @Test
    void restsBetweenTheSlicesOfTheNextLogAndLeavesWhatIsNearlyFullAlone() throws IOException {
        close();
        open(dir.resolve("other"), 1 << 20);
        assertTrue(agent.hasWork(), "the first is wanted at once");
        agent.doWork(0);
        assertFalse(storage.nextLog().isWanted());
        storage.log().append(TxnEntry.of(1, 1, 1, 1, new Txn.SetData("/a", Bytes.wrap(new byte[100_000]), 1), null));
        storage.log().force();
        assertTrue(storage.nextLog().isWanted(), "most of the first is still unwritten");

        assertThat(agent.doWork(SECOND)).isZero();
        assertFalse(agent.hasWork(), "three times as long as the first slice took");
        assertThat(agent.deadlineNanos()).isEqualTo(4 * SECOND);
        agent.spaceIsLow(true);
        agent.doWork(4 * SECOND);
        agent.doWork(4 * SECOND);
        assertTrue(storage.nextLog().isWanted());
        assertFalse(agent.hasWork());
        agent.spaceIsLow(false);
        agent.doWork(4 * SECOND);
        agent.doWork(4 * SECOND);

        assertFalse(storage.nextLog().isWanted());
    }

    @Test
    void aDiskThatHangsInASnapshotIsCountedOnceWhileEverythingElseGoesOn() {
        agent.doWork(0);
        syncTakesNanos = 8 * SECOND;
        agent.order(new StateSnapshot(replay.state()));
        agent.doWork(0);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isZero();

        syncTakesNanos = 30 * SECOND;
        agent.order(new StateSnapshot(replay.state()));
        agent.doWork(0);

        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(1);
        agent.lookAfter(40 * SECOND);
        assertThat(agent.nextLookAtNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(1);
    }

    @Test
    void whatCannotBeWrittenIsTriedAgainAtGrowingIntervals() throws IOException {
        agent.doWork(0);
        diskIsFull = true;
        agent.order(new StateSnapshot(replay.state()));

        agent.doWork(SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(2 * SECOND);
        assertFalse(agent.hasWork(), "until then");
        agent.doWork(2 * SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(4 * SECOND);
        Files.delete(dir.resolve("version-2/snapshot.0"));
        diskIsFull = false;
        agent.doWork(4 * SECOND);

        assertThat(dir.resolve("version-2/snapshot.0")).exists();
        assertFalse(agent.hasWork());
    }

    @Test
    void aSnapshotForWhichThereIsNoTimeWhenTheServerStopsIsLeftUndone() throws IOException {
        agent.doWork(0);
        Files.delete(dir.resolve("version-2/snapshot.0"));
        timeEndsInASnapshot = true;
        agent.order(new StateSnapshot(replay.state()));

        agent.doWork(SECOND);

        try (Stream<Path> left = Files.list(dir.resolve("version-2"))) {
            assertThat(left.map(Path::getFileName))
                    .noneMatch(each -> each.toString().contains("snapshot"));
        }
        assertFalse(agent.hasWork(), "the end is not waited for any longer");
    }

    @Test
    void whileSpaceIsLowOldFilesAreDeletedEveryMinute() throws IOException {
        agent.doWork(0);
        agent.spaceIsLow(true);
        assertTrue(agent.hasWork());
        agent.doWork(SECOND);
        assertFalse(agent.hasWork());
        for (int zxid = 1; zxid <= Purge.DEFAULT.snapshotsKept(); zxid++) {
            storage.snapshots().write(new StateSnapshot(replay.state()), zxid);
        }

        assertThat(agent.deadlineNanos()).isEqualTo(61 * SECOND);
        agent.doWork(61 * SECOND - 1);
        assertThat(dir.resolve("version-2/snapshot.0")).exists();
        agent.doWork(61 * SECOND);

        assertThat(dir.resolve("version-2/snapshot.0")).doesNotExist();
        agent.spaceIsLow(false);
        agent.doWork(121 * SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(DAY);
    }

    @Test
    void filesAreNotReadAgainOnceThereIsNoTimeForIt() throws IOException {
        agent.doWork(0);
        Path snapshot = dir.resolve("version-2/snapshot.0");
        Files.write(snapshot, new byte[] {7});
        agent.hurry();

        agent.doWork(DAY);

        assertFalse(agent.isWanted(), "nobody has found the damage");
        assertThat(storage.scrub(() -> {})).hasSize(1);
    }

    @Test
    void aDamagedFileIsFoundWithinADayAndANewSnapshotWanted() throws IOException {
        agent.doWork(0);
        Path snapshot = dir.resolve("version-2/snapshot.0");
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes);

        agent.doWork(DAY - 1);
        assertFalse(agent.isWanted());
        agent.doWork(DAY);

        assertTrue(agent.isWanted());
        assertThat(rings).isEqualTo(1);
        agent.order(new StateSnapshot(replay.state()));
        assertFalse(agent.isWanted());
        agent.doWork(DAY + 1);
        assertThat(storage.scrub(() -> {})).isEmpty();
    }
}
