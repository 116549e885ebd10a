package baton.server.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Bytes;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.Disk;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.SnapshotForm;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.TappedDisk;
import baton.server.tree.SeededHash;
import baton.server.txn.LogSpace;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAgentTest {
    private static final int SLOW_SYNC_MILLIS = 1_000;

    @TempDir
    Path dir;

    private final ServerMetrics metrics = new ServerMetrics();
    private FileStorage storage;
    private LogAgent agent;
    private long zxid;
    private int sequencerRings;
    private int ownRings;
    private int preparerRings;
    private boolean othersTryInASync;
    private final List<Boolean> writtenByOthers = new ArrayList<>();

    /** Passes whenever somebody looks. */
    private long nanosOfALook;

    private long nowNanos;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            nowNanos += nanosOfALook;
            return nowNanos;
        }

        @Override
        public long wallMillis() {
            return TimeUnit.NANOSECONDS.toMillis(nowNanos);
        }
    };

    @BeforeEach
    void open() throws IOException {
        storage = opened(new TappedDisk(Disk.ofSystem(), this::called), dir, LogSettings.withNextLog(1 << 20));
        agent = agent(storage, true);
    }

    private static FileStorage opened(Disk disk, Path directory, LogSettings settings) throws IOException {
        StateReplay replay = new StateReplay(2000, SeededHash.of(1));
        return FileStorage.open(
                DataDirectory.open(disk, directory, directory),
                replay,
                new RecoveredSource(replay),
                DigestCheck.REFUSE,
                settings,
                SnapshotForm.PLAIN);
    }

    private void called(String call, Path file, int bytes) throws IOException {
        if (othersTryInASync && call.equals("sync")) {
            offer(1);
            writtenByOthers.add(agent.writeAtOnce(0));
        }
    }

    private LogAgent agent(FileStorage storage, boolean inTurns) {
        SnapshotTrigger never = new SnapshotTrigger(1_000_000, 0, () -> 0, now -> false, new SplittableRandom(1));
        return new LogAgent(
                storage.log(),
                inTurns,
                never,
                () -> sequencerRings++,
                () -> ownRings++,
                () -> preparerRings++,
                SLOW_SYNC_MILLIS,
                metrics,
                clock);
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
    }

    @Test
    void whoeverFillsTheNextLogIsRungForEachThatIsAskedForAndNeverElse() throws IOException {
        write(100);
        assertTrue(storage.nextLog().isWanted(), "the first is from the beginning");
        storage.nextLog().fill();
        assertFalse(storage.nextLog().isWanted());
        int before = preparerRings;

        write(100_000);

        assertTrue(storage.nextLog().isWanted(), "took one and wants another, all in one batch");
        assertEquals(before + 1, preparerRings);
        write(100);
        write(100);
        assertEquals(before + 1, preparerRings, "while it is filled, or not");
    }

    @Test
    void aBatchThatMakesAFileLongerIsCounted() throws IOException {
        write(100);
        write(100);
        assertEquals(2, metrics.counted(Tally.LOG_GROWN_COUNT));

        storage.nextLog().fill();
        write(100);
        assertEquals(2, metrics.counted(Tally.LOG_GROWN_COUNT));

        write(300_000);
        assertEquals(3, metrics.counted(Tally.LOG_GROWN_COUNT));
    }

    @Test
    void whoWaitsIsWrittenInTwoGroupsThatTakeTurns() throws IOException {
        offer(64);
        assertEquals(32, agent.doWork(0));
        assertEquals(32, agent.doWork(0), "the others, while the first are answered");

        offer(10);
        assertEquals(10, agent.doWork(0), "fewer have come back than are being answered");
        offer(54);
        assertEquals(32, agent.doWork(0), "of them and the ten, half");
        offer(10);
        assertEquals(32, agent.doWork(0));
        assertEquals(0, agent.doWork(0));
    }

    @Test
    void aFewAreWrittenAtOnce() throws IOException {
        offer(8);
        assertEquals(8, agent.doWork(0));
        assertEquals(0, agent.doWork(0));
        offer(1);
        assertEquals(1, agent.doWork(0));
    }

    @Test
    void onOneProcessorAllIsWrittenAtOnce() throws IOException {
        agent = agent(storage, false);
        offer(64);
        assertEquals(64, agent.doWork(0));
    }

    @Test
    void groupsTakeTurnsOnlyIfThereIsADiskToWaitForAndAnotherProcessorMeanwhile() {
        assertTrue(LogAgent.takesTurns(true, 2));
        assertFalse(LogAgent.takesTurns(true, 1));
        assertFalse(LogAgent.takesTurns(false, 2));
    }

    @Test
    void howLongTheDiskTookIsToldByTheClockItIsGiven() throws IOException {
        write(1);
        assertEquals(0, metrics.counted(Tally.FSYNC_THRESHOLD_EXCEED_COUNT));

        nanosOfALook = TimeUnit.MILLISECONDS.toNanos(SLOW_SYNC_MILLIS + 1);
        write(1);

        assertEquals(1, metrics.counted(Tally.FSYNC_THRESHOLD_EXCEED_COUNT));
        assertEquals(nanosOfALook, metrics.measured(Timing.FSYNCTIME).max());
    }

    @Test
    void aChangeThatWaitsAloneIsWrittenByWhoeverDecidedOnIt() throws IOException {
        write(1);
        int rings = sequencerRings;
        offer(1);

        assertTrue(agent.writeAtOnce(0));

        assertEquals(zxid, agent.durableZxid());
        assertEquals(rings, sequencerRings, "it knows");
        assertEquals(0, agent.doWork(0));
    }

    @Test
    void nobodyElseWritesMoreThanOneChange() throws IOException {
        write(1);
        offer(2);

        assertFalse(agent.writeAtOnce(0));

        assertEquals(2, agent.doWork(0));
    }

    @Test
    void onlyADiskThatWasQuickTheLastTimeIsWaitedForByOthers() throws IOException {
        offer(1);
        assertFalse(agent.writeAtOnce(0), "nobody knows how quick it is");

        nanosOfALook = TimeUnit.MICROSECONDS.toNanos(301);
        agent.doWork(0);
        offer(1);
        assertFalse(agent.writeAtOnce(0));

        nanosOfALook = TimeUnit.MICROSECONDS.toNanos(299);
        agent.doWork(0);
        offer(1);
        assertTrue(agent.writeAtOnce(0));
    }

    @Test
    void nobodyWritesWhileAnotherDoes() throws IOException {
        write(1);
        offer(1);
        othersTryInASync = true;

        agent.doWork(0);

        assertEquals(List.of(false), writtenByOthers);
        othersTryInASync = false;
        assertEquals(zxid - 1, agent.durableZxid());
    }

    /** Else how far the log is durable would be marked only when somebody else writes. */
    @Test
    void whatTheLogNeedsBesideAWriteIsLeftToItsOwnThread() throws IOException {
        write(1);
        assertEquals(Long.MAX_VALUE, agent.deadlineNanos(), "sleeps");
        long later = TimeUnit.SECONDS.toNanos(2);
        offer(1);

        agent.writeAtOnce(later);

        assertEquals(1, ownRings);
        assertTrue(agent.hasWork(), "even if it is rung just before it falls asleep");
        offer(1);
        assertFalse(agent.writeAtOnce(later), "it is at that");
        agent.doWork(later);
        assertEquals(Long.MAX_VALUE, agent.deadlineNanos());
    }

    @Test
    void whoeverKnowsWhenToLookAfterTheLogNeedNotBeWokenUp() throws IOException {
        write(1);
        offer(1);
        agent.writeAtOnce(0);
        agent.doWork(0);
        assertEquals(TimeUnit.SECONDS.toNanos(1), agent.deadlineNanos());
        offer(1);

        assertTrue(agent.writeAtOnce(0));

        assertEquals(1, ownRings);
    }

    /** Else the sequencer, who has written it, would take everything until somebody else writes. */
    @Test
    void aChangeOnItsOwnThatTakesTheLastAmpleSpaceHasThatTold() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        disk.capacity(1_000_000);
        try (FileStorage small =
                opened(disk, Path.of("/small"), new LogSettings(0, true, 0, 1 << 20, 200_000, 20_000))) {
            agent = agent(small, true);
            write(1);
            offer(1);
            agent.writeAtOnce(0);
            agent.doWork(0);
            assertEquals(TimeUnit.SECONDS.toNanos(1), agent.deadlineNanos(), "need not be woken for that");
            int rings = sequencerRings;
            disk.capacity(600_000);
            offer(1, 400_000);

            assertTrue(agent.writeAtOnce(0));

            assertEquals(2, ownRings);
            assertTrue(agent.hasWork(), "even if it is rung just before it falls asleep");
            agent.doWork(0);
            assertEquals(LogSpace.Level.LOW, agent.space().level());
            assertEquals(rings + 1, sequencerRings);
            offer(1);
            assertFalse(agent.writeAtOnce(0), "it is looked after by its own thread now");
        }
    }

    private void write(int bytes) throws IOException {
        offer(1, bytes);
        agent.doWork(0);
    }

    private void offer(int count) {
        offer(count, 100);
    }

    private void offer(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            zxid++;
            Txn.SetData change = new Txn.SetData("/a", Bytes.wrap(new byte[bytes]), 1);
            assertTrue(agent.offer(TxnEntry.of(1, 1, zxid, 1, change, null)));
        }
    }
}
