package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.config.StorageSettings.Purge;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.Disk;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.SnapshotForm;
import baton.server.storage.TappedDisk;
import baton.server.tree.SeededHash;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final StateReplay replay = new StateReplay(2000, SeededHash.of(1));
    private final Doorbell bell = new Doorbell();
    private boolean diskIsFull;
    private boolean reserveFails;
    private boolean timeEndsInASnapshot;
    private boolean anotherIsOrderedInASnapshot;
    private long syncTakesNanos;
    private long writeTakesNanos;
    private long sliceTakesNanos;
    private long lookTakesNanos;
    private long now;
    private long zxid;
    private final List<String> calls = new ArrayList<>();
    private final ServerMetrics metrics = new ServerMetrics();
    private int rings;
    private boolean restedMeanwhile;
    private TappedDisk disk;
    private FileStorage storage;
    private SnapshotAgent agent;

    @BeforeEach
    void open() throws IOException {
        open(dir);
    }

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            now += lookTakesNanos;
            return now;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    };

    /** Lets the disk take so long for a call, in which another thread looks every second. */
    private void pass(long nanos) {
        for (long at = 0; at < nanos; at += SECOND) {
            now += SECOND;
            agent.lookAfter(now);
            restedMeanwhile = agent.rests(now + DAY);
        }
    }

    private int turn(long at) {
        now = at;
        return agent.doWork(at);
    }

    private void open(Path directory) throws IOException {
        open(directory, 0);
    }

    private void open(Path directory, int room) throws IOException {
        disk = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            pass(call.equals("sync") ? syncTakesNanos : call.equals("write") ? writeTakesNanos : 0);
            if (call.equals("rename") && file.endsWith("reserve")) {
                diskIsFull = false;
            }
            if (diskIsFull && call.equals("write") || reserveFails && file.endsWith("tmp.reserve")) {
                throw new IOException("No space left on device");
            }
            calls.add(call + " " + file.getFileName());
            if (call.equals("sync") && file.endsWith("tmp.next-log")) {
                now += sliceTakesNanos;
            }
            if (anotherIsOrderedInASnapshot && call.equals("create")) {
                anotherIsOrderedInASnapshot = false;
                agent.order(new StateSnapshot(replay.state(), true));
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
                LogSettings.withNextLog(room),
                SnapshotForm.PLAIN);
        agent = new SnapshotAgent(
                storage,
                Purge.DEFAULT,
                SnapshotAgent.SCRUB_NANOS,
                bell,
                () -> rings++,
                metrics,
                new Patience(10 * SECOND),
                clock);
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

        turn(0);

        assertTrue(storage.reserve().isReady());
        assertFalse(agent.hasWork());
    }

    @Test
    void whoeverAsksAgainAndAgainKeepsNothingElseFromBeingDone() {
        int[] asked = {0};
        Runnable again = new Runnable() {
            @Override
            public void run() {
                asked[0]++;
                if (asked[0] < 1000) {
                    agent.run(this);
                }
            }
        };
        agent.run(again);
        agent.order(new StateSnapshot(replay.state(), true));

        turn(0);

        assertThat(asked[0]).isOne();
        assertThat(calls).contains("create tmp.snapshot.0");
        assertTrue(agent.hasWork(), "the next who asks");
    }

    @Test
    void restsBetweenTheSlicesOfTheNextLogAndLeavesWhatIsNearlyFullAlone() throws IOException {
        askForFileOfFiveSlices();
        sliceTakesNanos = SECOND;
        turn(2 * SECOND);
        assertFalse(storage.nextLog().isLate());

        assertThat(slicesFilledAt(5 * SECOND)).isZero();
        assertFalse(agent.hasWork(), "three times as long as the first slice took");
        assertThat(agent.deadlineNanos()).isEqualTo(6 * SECOND);
        agent.spaceIsLow(true);
        turn(6 * SECOND);
        assertThat(slicesFilledAt(6 * SECOND)).isZero();
        assertTrue(storage.nextLog().isWanted());
        assertFalse(agent.hasWork());
        agent.spaceIsLow(false);

        assertThat(slicesFilledAt(6 * SECOND)).isOne();
    }

    @Test
    void theRestEndsOnceTheLogGetsAheadInIt() throws IOException {
        askForFileOfFiveSlices();
        sliceTakesNanos = SECOND;
        turn(2 * SECOND);
        assertThat(slicesFilledAt(4 * SECOND)).as("the log is not ahead").isZero();

        write(60_000);
        assertTrue(storage.nextLog().isLate());
        assertFalse(agent.hasWork());

        assertThat(slicesFilledAt(5 * SECOND - 1)).isZero();
        assertThat(slicesFilledAt(5 * SECOND)).isOne();
    }

    @Test
    void restsForShorterWhileTheLogUsesUpItsFileFasterThanTheNextIsFilled() throws IOException {
        reopen(4 << 20);
        turn(0);
        for (int i = 0; i < 20; i++) {
            write(60_000);
        }
        turn(SECOND);
        for (int i = 0; i < 20; i++) {
            write(60_000);
        }
        sliceTakesNanos = SECOND;

        turn(2 * SECOND);

        assertTrue(storage.nextLog().isWanted(), "half made");
        assertTrue(storage.nextLog().isLate());
        assertThat(agent.deadlineNanos()).isEqualTo(4 * SECOND);
    }

    @Test
    void theRestAfterTheLastSliceEndsEvenIfNothingIsWantedYet() throws IOException {
        reopen(1 << 20);
        sliceTakesNanos = SECOND;
        turn(0);
        assertFalse(storage.nextLog().isWanted());

        assertThat(agent.deadlineNanos())
                .as("it may be wanted before it is over")
                .isEqualTo(2 * SECOND);
        assertThat(turn(2 * SECOND)).isZero();
        assertThat(agent.deadlineNanos()).isEqualTo(3 * SECOND);
        assertThat(turn(4 * SECOND)).isZero();
        assertThat(agent.deadlineNanos()).as("the first purge").isEqualTo(5 * SECOND);
        write(100_000);
        assertTrue(agent.hasWork());
    }

    @Test
    void whatADiskThatIsNearlyFullHasOfTheNextLogIsTakenBackWithoutARest() throws IOException {
        reopen(4 << 20);
        turn(0);
        for (int i = 0; i < 20; i++) {
            write(60_000);
        }
        turn(SECOND);
        for (int i = 0; i < 12; i++) {
            write(60_000);
        }
        sliceTakesNanos = SECOND;
        turn(2 * SECOND);
        assertThat(dir.resolve("other/version-2/tmp.next-log")).exists();
        assertTrue(storage.nextLog().isWanted(), "half made");

        agent.spaceIsLow(true);
        turn(3 * SECOND);

        assertThat(dir.resolve("other/version-2/tmp.next-log")).doesNotExist();
        assertFalse(agent.hasWork());
    }

    @Test
    void theNextLogIsFilledInTheMiddleOfASnapshot() throws IOException {
        reopen(1 << 20);
        for (int i = 1; i <= 1500; i++) {
            createNode(i, 1);
        }
        agent.order(new StateSnapshot(replay.state(), true));
        calls.clear();

        turn(0);

        assertThat(calls)
                .containsSubsequence("create tmp.snapshot.5dc", "sync tmp.next-log", "rename tmp.snapshot.5dc");
    }

    @Test
    void timeGoesOnWhileFilesAreReadAgain() throws IOException {
        turn(DAY - SECOND);
        diskIsFull = true;
        agent.order(new StateSnapshot(replay.state(), true));
        turn(DAY - SECOND / 2);
        assertThat(agent.deadlineNanos()).isEqualTo(DAY);
        diskIsFull = false;
        calls.clear();
        lookTakesNanos = SECOND;

        turn(DAY);

        assertThat(calls).as("due half a second after the beginning").contains("rename tmp.snapshot.0");
    }

    @Test
    void whatIsOrderedWhileASnapshotIsWrittenFollowsIt() {
        anotherIsOrderedInASnapshot = true;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(0);
        assertThat(metrics.counted(Tally.SNAP_COUNT)).isEqualTo(1);
        assertTrue(agent.hasWork());
        turn(0);

        assertThat(metrics.counted(Tally.SNAP_COUNT)).isEqualTo(2);
        assertFalse(agent.hasWork());
    }

    @Test
    void restsNineTimesAsLongAsASnapshotTook() {
        syncTakesNanos = SECOND;
        agent.order(new StateSnapshot(replay.state(), true));
        assertFalse(agent.rests(now), "from nothing");

        turn(SECOND);

        assertTrue(restedMeanwhile, "until it was written, however long that would have taken");
        assertRestsFor(9 * (now - SECOND));
    }

    @Test
    void restsNotForWhatOfTheNextLogWasFilledMeanwhile() throws IOException {
        reopen(1 << 20);
        for (int i = 1; i <= 1500; i++) {
            createNode(i, 1);
        }
        syncTakesNanos = SECOND;
        sliceTakesNanos = 5 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(0);

        assertFalse(storage.nextLog().isWanted(), "filled in a slice of six seconds");
        assertRestsFor(9 * (now - 6 * SECOND));
    }

    @Test
    void restsLikewiseIfASnapshotFailed() {
        diskIsFull = true;
        writeTakesNanos = SECOND;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(0);

        assertRestsFor(9 * now);
    }

    @Test
    void restsLikewiseFromOneThatAnOperatorOrdered() throws IOException {
        syncTakesNanos = SECOND;

        agent.take(new StateSnapshot(replay.state(), true), Optional.empty()).close();

        assertRestsFor(9 * now);
    }

    /** No reading of the clock is too large for the next. */
    @Test
    void restsAlsoWhenTheClockTurnsOver() throws IOException {
        now = Long.MAX_VALUE - 3 * SECOND;
        reopen(0);
        syncTakesNanos = SECOND;
        assertFalse(agent.rests(now));
        long before = now;

        agent.take(new StateSnapshot(replay.state(), true), Optional.empty()).close();

        assertRestsFor(9 * (now - before));
    }

    private void assertRestsFor(long nanos) {
        assertThat(nanos).isPositive();
        assertTrue(agent.rests(now));
        assertTrue(agent.rests(now + nanos - 1));
        assertFalse(agent.rests(now + nanos));
        assertFalse(agent.rests(now + nanos + DAY));
    }

    @Test
    void aDiskThatHangsInASnapshotIsCountedOnceWhileEverythingElseGoesOn() {
        turn(0);
        syncTakesNanos = 8 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));
        turn(0);
        assertThat(metrics.counted(Tally.SNAPSHOT_DISK_STUCK_COUNT)).isZero();

        syncTakesNanos = 30 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));
        turn(0);

        assertThat(metrics.counted(Tally.SNAPSHOT_DISK_STUCK_COUNT)).isEqualTo(1);
        agent.lookAfter(now + 40 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_DISK_STUCK_COUNT)).isEqualTo(1);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT))
                .as("it was written")
                .isZero();
    }

    @Test
    void aDiskThatIsSlowWithEachOfManyLargeNodesDoesNotHang() {
        turn(0);
        for (int i = 1; i <= 10; i++) {
            createNode(i, 200_000);
        }
        writeTakesNanos = 2 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(0);

        assertThat(now).isGreaterThan(20 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_DISK_STUCK_COUNT)).isZero();
    }

    @Test
    void norDoesOneThatIsSlowWithTheReserve() throws IOException {
        close();
        reserveFails = true;
        open(dir.resolve("other"));
        reserveFails = false;
        writeTakesNanos = 4 * SECOND;

        turn(0);

        assertTrue(storage.reserve().isReady());
        assertThat(now).isGreaterThan(100 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_DISK_STUCK_COUNT)).isZero();
    }

    @Test
    void whatCannotBeWrittenIsTriedAgainAtGrowingIntervals() throws IOException {
        turn(0);
        diskIsFull = true;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(2 * SECOND);
        assertFalse(agent.hasWork(), "until then");
        turn(2 * SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(4 * SECOND);
        Files.delete(dir.resolve("version-2/snapshot.0"));
        diskIsFull = false;
        turn(4 * SECOND);

        assertThat(dir.resolve("version-2/snapshot.0")).exists();
        assertFalse(agent.hasWork());
    }

    @Test
    void aSnapshotThatFailsLateIsTriedAgainAfterTheRestOnlyAndANewerOneSoon() {
        turn(5 * SECOND);
        diskIsFull = true;
        writeTakesNanos = 8 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(6 * SECOND);
        turn(15 * SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(86 * SECOND);
        turn(85 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(1);
        turn(86 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(2);

        agent.order(new StateSnapshot(replay.state(), true));
        assertTrue(agent.hasWork());
        turn(95 * SECOND);
        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(2);
        assertFalse(agent.hasWork());
        assertThat(agent.deadlineNanos()).isEqualTo(96 * SECOND);
        turn(96 * SECOND);

        assertThat(metrics.counted(Tally.SNAPSHOT_ERROR_COUNT)).isEqualTo(3);
    }

    @Test
    void aReserveIsNotKeptWaitingByTheRestFromASnapshot() throws IOException {
        close();
        reserveFails = true;
        open(dir.resolve("other"));
        syncTakesNanos = 8 * SECOND;
        agent.take(new StateSnapshot(replay.state(), true), Optional.empty()).close();
        long taken = now;

        turn(taken);

        assertTrue(agent.rests(taken + 60 * SECOND));
        assertThat(agent.deadlineNanos()).isEqualTo(taken + SECOND);
    }

    @Test
    void aReserveThatIsTakenWhileASnapshotRestsIsMadeAnewAtOnceAndTheSnapshotLater() throws IOException {
        turn(5 * SECOND);
        diskIsFull = true;
        writeTakesNanos = 8 * SECOND;
        agent.order(new StateSnapshot(replay.state(), true));
        turn(6 * SECOND);
        writeTakesNanos = 0;
        turn(15 * SECOND);
        assertFalse(agent.hasWork());

        storage.log().append(TxnEntry.of(1, 1, 1, 1, new Txn.SetData("/a", Bytes.EMPTY, 1), null));
        storage.log().force();
        assertFalse(storage.reserve().isReady());
        assertTrue(agent.hasWork());
        turn(16 * SECOND);

        assertTrue(storage.reserve().isReady());
        assertThat(metrics.counted(Tally.SNAP_COUNT)).isZero();
        assertThat(agent.deadlineNanos()).isEqualTo(86 * SECOND);
        turn(86 * SECOND);
        assertThat(metrics.counted(Tally.SNAP_COUNT)).isEqualTo(1);
    }

    @Test
    void aSnapshotForWhichThereIsNoTimeWhenTheServerStopsIsLeftUndone() throws IOException {
        turn(0);
        Files.delete(dir.resolve("version-2/snapshot.0"));
        timeEndsInASnapshot = true;
        agent.order(new StateSnapshot(replay.state(), true));

        turn(SECOND);

        try (Stream<Path> left = Files.list(dir.resolve("version-2"))) {
            assertThat(left.map(Path::getFileName))
                    .noneMatch(each -> each.toString().contains("snapshot"));
        }
        assertFalse(agent.hasWork(), "the end is not waited for any longer");
    }

    @Test
    void whileSpaceIsLowOldFilesAreDeletedEveryMinute() throws IOException {
        turn(0);
        agent.spaceIsLow(true);
        assertTrue(agent.hasWork());
        turn(SECOND);
        assertFalse(agent.hasWork());
        for (int zxid = 1; zxid <= Purge.DEFAULT.snapshotsKept(); zxid++) {
            storage.snapshots().write(new StateSnapshot(replay.state(), true), zxid);
        }

        assertThat(agent.deadlineNanos()).isEqualTo(61 * SECOND);
        turn(61 * SECOND - 1);
        assertThat(dir.resolve("version-2/snapshot.0")).exists();
        turn(61 * SECOND);

        assertThat(dir.resolve("version-2/snapshot.0")).doesNotExist();
        agent.spaceIsLow(false);
        turn(121 * SECOND);
        assertThat(agent.deadlineNanos()).isEqualTo(DAY);
    }

    @Test
    void asSoonAsFilesTakeHalfOfTheVolumeTheOldestAreDeleted() throws IOException {
        turn(5 * SECOND);
        writeSnapshots(1, 5);
        disk.capacity(7 * Files.size(snapshot(5)));
        createNode(6, 1);
        agent.order(new StateSnapshot(replay.state(), true));

        turn(6 * SECOND);
        turn(6 * SECOND);

        assertThat(snapshots()).containsExactly(4L, 5L, 6L);
    }

    @Test
    void aSnapshotFromBeforeTheLastRecountBeganIsKeptBesideTheNewest() throws IOException {
        turn(0);
        Path atStart = snapshot(0);
        assertThat(agent.treeIsSound()).as("as the server starts").isEqualTo(atStart);
        writeSnapshots(1, 12);

        turn(5 * SECOND);
        assertThat(snapshots()).containsExactly(0L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);

        assertThat(agent.treeIsSound()).as("after the first recount").isEqualTo(atStart);
        writeSnapshots(13, 30);
        turn(DAY + 5 * SECOND);
        assertThat(snapshots())
                .as("the newest before the next recount as well")
                .containsExactly(0L, 12L, 21L, 22L, 23L, 24L, 25L, 26L, 27L, 28L, 29L, 30L);

        assertThat(agent.treeIsSound()).isEqualTo(snapshot(12));
        writeSnapshots(31, 50);
        turn(2 * DAY + 5 * SECOND);
        assertThat(snapshots()).containsExactly(12L, 30L, 41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L, 50L);
    }

    @Test
    void whileSpaceIsLowOnlyTheNewestAreKept() throws IOException {
        turn(0);
        agent.treeIsSound();
        writeSnapshots(1, 12);

        agent.spaceIsLow(true);
        turn(SECOND);

        assertThat(snapshots()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }

    @Test
    void whereNothingIsRecountedOnlyTheNewestAreKept() throws IOException {
        turn(0);
        writeSnapshots(1, 12);

        turn(5 * SECOND);

        assertThat(snapshots()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }

    private void writeSnapshots(int first, int last) throws IOException {
        for (int each = first; each <= last; each++) {
            storage.snapshots().write(new StateSnapshot(replay.state(), true), each);
        }
    }

    private Path snapshot(long of) {
        return dir.resolve("version-2/snapshot." + Long.toHexString(of));
    }

    private List<Long> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("version-2"))) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> each.startsWith("snapshot."))
                    .map(each -> Long.parseLong(each.substring("snapshot.".length()), 16))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAreNotReadAgainOnceThereIsNoTimeForIt() throws IOException {
        turn(0);
        Path snapshot = dir.resolve("version-2/snapshot.0");
        Files.write(snapshot, new byte[] {7});
        agent.hurry();

        turn(DAY);

        assertFalse(agent.isWanted(), "nobody has found the damage");
        assertThat(storage.scrub(() -> {})).hasSize(1);
    }

    @Test
    void aDamagedFileIsFoundWithinADayAndANewSnapshotWanted() throws IOException {
        turn(0);
        Path snapshot = dir.resolve("version-2/snapshot.0");
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes);

        turn(DAY - 1);
        assertFalse(agent.isWanted());
        turn(DAY);

        assertTrue(agent.isWanted());
        assertThat(rings).isEqualTo(1);
        agent.order(new StateSnapshot(replay.state(), true));
        assertFalse(agent.isWanted());
        turn(DAY + 1);
        assertThat(storage.scrub(() -> {})).isEmpty();
    }

    @Test
    void oneBroughtToOneMomentTellsAsMuchAsTheOneAskedFor() throws IOException {
        StateSnapshot asked = new StateSnapshot(replay.state(), false);
        storage.log().append(createNode(1, 100));
        storage.log().force();

        agent.take(asked, Optional.of(new StateReplay(2000, SeededHash.of(1)))).close();

        storage.snapshots().write(new StateSnapshot(replay.state(), false), 2);
        assertThat(dir.resolve("version-2/snapshot.1")).hasSameBinaryContentAs(dir.resolve("version-2/snapshot.2"));
    }

    /** By then the logs behind it may be gone: two operators ask at once, and the second waits for the first. */
    @Test
    void aStateThatIsOlderThanASnapshotIsNotWrittenAnyMore() throws IOException {
        StateSnapshot first = new StateSnapshot(replay.state(), true);
        StateSnapshot second = new StateSnapshot(replay.state(), true);
        StateSnapshot ordered = new StateSnapshot(replay.state(), true);
        storage.log().append(createNode(1, 100));
        storage.log().roll();
        agent.take(first, Optional.of(new StateReplay(2000, SeededHash.of(1)))).close();
        Files.delete(dir.resolve("version-2/log.1"));
        Files.delete(dir.resolve("version-2/snapshot.0"));
        storage.log().append(createNode(2, 100));
        storage.log().force();

        try (TakenSnapshot given = agent.take(second, Optional.of(new StateReplay(2000, SeededHash.of(1))))) {
            assertThat(given.written().zxid()).isEqualTo(2);
        }
        agent.order(ordered);
        turn(0);

        assertThat(snapshots()).containsExactly(1L, 2L);
    }

    private void reopen(int room) throws IOException {
        close();
        open(dir.resolve("other"), room);
    }

    /** Leaves a file made ahead that is written to just so far that the next is wanted. */
    private void askForFileOfFiveSlices() throws IOException {
        reopen(4 << 20);
        assertTrue(agent.hasWork(), "the first is wanted at once");
        turn(0);
        for (int i = 0; i < 20; i++) {
            write(60_000);
        }
        turn(SECOND);
        write(35_000);
        write(35_000);
        assertTrue(storage.nextLog().isWanted());
    }

    private long slicesFilledAt(long nanos) {
        calls.clear();
        turn(nanos);
        return calls.stream().filter("sync tmp.next-log"::equals).count();
    }

    private void write(int bytes) throws IOException {
        zxid++;
        storage.log().append(TxnEntry.of(1, 1, zxid, 1, new Txn.SetData("/a", Bytes.wrap(new byte[bytes]), 1), null));
        storage.log().force();
    }

    private TxnEntry createNode(int number, int bytes) {
        Txn create = new Txn.Create(OpCode.CREATE, "/n" + number, Bytes.wrap(new byte[bytes]), Acl.OPEN, false, number);
        TxnEntry entry = TxnEntry.of(1, 1, number, 1, create, null);
        replay.apply(entry);
        return entry;
    }
}
