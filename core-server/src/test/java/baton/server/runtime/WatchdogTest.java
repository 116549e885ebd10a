package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
import baton.server.auth.AccessControl;
import baton.server.config.FlowSettings;
import baton.server.request.ReadRequests;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.storage.StuckDiskException;
import baton.server.storage.TxnLog;
import baton.server.storage.UnkeptLog;
import baton.server.transport.SimulatedPort;
import baton.server.tree.ListingCache;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever does not get on is found out by one who need not wait for him. */
class WatchdogTest {
    private static final long DISK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final EmbeddedChannel eventLoop = new EmbeddedChannel();
    private final SequencerInbox inbox = new SequencerInbox(1, () -> {});
    private final ClientLoop loop = new ClientLoop(
            SimulatedPort.loop(eventLoop.eventLoop(), 0),
            inbox,
            new ReadRequests(
                            ZnodeTree.fresh(SeededHash.of(1)),
                            new WatchTable<>(SeededHash.of(1)),
                            AccessControl.standard(),
                            Integer.MAX_VALUE,
                            Integer.MAX_VALUE)
                    .nodeReads(ListingCache.usual()),
            FlowSettings.DEFAULT,
            1,
            LoopBounds.DEFAULT,
            failure -> {});
    private final LogAgent log = new LogAgent(
            new SlowLog(),
            false,
            new SnapshotTrigger(1_000_000, 0, () -> 0, now -> false, new SplittableRandom(1)),
            () -> {},
            () -> {},
            () -> {},
            Integer.MAX_VALUE,
            new ServerMetrics(),
            Clock.system());
    private int lastWords;
    private long nowNanos;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return nowNanos;
        }

        @Override
        public long wallMillis() {
            return TimeUnit.NANOSECONDS.toMillis(nowNanos);
        }
    };

    private final LifeSigns signs = new LifeSigns(List.of(loop), inbox, TURN_NANOS, clock);
    private Watchdog watchdog = new Watchdog(log, new Patience(DISK_NANOS), Optional.empty(), signs, () -> lastWords++);

    private boolean loopTurns = true;
    private boolean sequencerTurns = true;
    private long diskTakesNanos;

    @Test
    void findsADiskThatDoesNotAnswerTheLog() throws Exception {
        diskTakesNanos = DISK_NANOS / 2;
        write();

        diskTakesNanos = 2 * DISK_NANOS;
        assertThatThrownBy(this::write).isInstanceOf(StuckDiskException.class);
        assertThat(lastWords).isEqualTo(1);
    }

    @Test
    void aDiskThatKeepsALoopFromTurningIsBlamedForIt() {
        loopTurns = false;
        diskTakesNanos = 2 * TURN_NANOS;

        assertThatThrownBy(this::write).isInstanceOf(StuckDiskException.class);
    }

    @Test
    void aDiskIsAlsoBlamedIfTheLoopWasAskedALookBefore() throws Exception {
        watchdog = new Watchdog(log, new Patience(TURN_NANOS), Optional.empty(), signs, () -> lastWords++);
        loopTurns = false;
        pass(2 * watchdog.deadlineNanos() + TURN_NANOS / 5);
        diskTakesNanos = 2 * TURN_NANOS;

        assertThatThrownBy(this::write).isInstanceOf(StuckDiskException.class);
    }

    @Test
    void findsALoopThatDoesNotTurn() throws Exception {
        pass(10 * TURN_NANOS);

        loopTurns = false;
        assertThatThrownBy(() -> pass(2 * TURN_NANOS))
                .isInstanceOf(StalledException.class)
                .hasMessageContaining("baton-loop-0");
        assertThat(lastWords).isEqualTo(1);
    }

    @Test
    void findsASequencerThatDoesNotTurn() throws Exception {
        pass(10 * TURN_NANOS);

        sequencerTurns = false;
        assertThatThrownBy(() -> pass(2 * TURN_NANOS))
                .isInstanceOf(StalledException.class)
                .hasMessageContaining("baton-sequencer");
    }

    @Test
    void aPauseOfTheProcessIsNobodysFault() throws Exception {
        loopTurns = false;
        pass(TURN_NANOS / 2);
        nowNanos += 100 * TURN_NANOS;
        watchdog.doWork(nowNanos);
        loopTurns = true;

        pass(10 * TURN_NANOS);
    }

    private void write() throws Exception {
        log.offer(TxnEntry.of(1, 1, log.durableZxid() + 1, 1, new Txn.SetData("/a", Bytes.EMPTY, 1), null));
        log.doWork(nowNanos);
    }

    private void pass(long nanos) throws Exception {
        for (long until = nowNanos + nanos; nowNanos < until; nowNanos = watchdog.deadlineNanos()) {
            watchdog.doWork(nowNanos);
            if (loopTurns) {
                eventLoop.runPendingTasks();
            }
            Runnable question = sequencerTurns ? inbox.pollQuestion() : null;
            if (question != null) {
                question.run();
            }
        }
    }

    /** Lets time pass, and the watchdog look, in the middle of a force. */
    private final class SlowLog implements TxnLog {
        private final UnkeptLog all = new UnkeptLog();

        @Override
        public void append(TxnEntry entry) {
            all.append(entry);
        }

        @Override
        public long force() throws StorageException {
            try {
                pass(diskTakesNanos);
            } catch (StorageException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return all.force();
        }

        @Override
        public void roll() {
            all.roll();
        }

        @Override
        public long lastZxid() {
            return all.lastZxid();
        }

        @Override
        public long entriesSinceRoll() {
            return all.entriesSinceRoll();
        }

        @Override
        public long bytesSinceRoll() {
            return all.bytesSinceRoll();
        }

        @Override
        public void close() {
            all.close();
        }
    }
}
