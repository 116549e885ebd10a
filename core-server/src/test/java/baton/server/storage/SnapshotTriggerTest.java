package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class SnapshotTriggerTest {
    private static final LongPredicate NEVER = nowNanos -> false;

    @Test
    void comesBetweenHalfAndAllOfTheLimitAndNotAlwaysAtTheSame() {
        SnapshotTrigger trigger = new SnapshotTrigger(100, 0, () -> 0, NEVER, new Random(1));
        WeighedLog log = new WeighedLog();
        ModelTree.Author author = new ModelTree.Author(new ModelTree());
        Set<Long> lengths = new TreeSet<>();

        for (var each : author.nodes(1000)) {
            log.append(each);
            if (trigger.isDue(log, 0)) {
                lengths.add(log.entriesSinceRoll());
                log.roll();
            }
        }

        assertTrue(lengths.size() > 3, lengths.toString());
        assertTrue(lengths.stream().allMatch(each -> each > 50 && each <= 100), lengths.toString());
    }

    @Test
    void waitsUntilTheLogIsHalfAsLargeAsTheNewestSnapshot() {
        long snapshotBytes = 30_000;
        SnapshotTrigger trigger = new SnapshotTrigger(100, 0, () -> snapshotBytes, NEVER, new Random(1));
        WeighedLog log = new WeighedLog();

        long bytes = bytesWhenDue(trigger, log, 1000);

        assertTrue(log.entriesSinceRoll() > 100, "due after " + log.entriesSinceRoll());
        assertTrue(bytes >= snapshotBytes / 2 && bytes < snapshotBytes / 2 + 1000, "due at " + bytes);
    }

    @Test
    void waitsForALargeSnapshotNoLongerThanTenTimesTheTransactions() {
        SnapshotTrigger trigger = new SnapshotTrigger(10, 0, () -> Long.MAX_VALUE, NEVER, new Random(1));
        WeighedLog log = new WeighedLog();

        bytesWhenDue(trigger, log, 1000);

        long entries = log.entriesSinceRoll();
        assertTrue(entries > 50 && entries <= 110, "due after " + entries);
    }

    @Test
    void waitsUntilWhoeverWritesSnapshotsHasRested() {
        long restsUntilNanos = 500;
        SnapshotTrigger trigger =
                new SnapshotTrigger(100, 0, () -> 0, nowNanos -> nowNanos < restsUntilNanos, new Random(1));
        WeighedLog log = new WeighedLog();
        ModelTree.Author author = new ModelTree.Author(new ModelTree());

        for (var each : author.nodes(400)) {
            log.append(each);
            assertFalse(trigger.isDue(log, restsUntilNanos - 1), "after " + log.entriesSinceRoll());
        }

        assertTrue(trigger.isDue(log, restsUntilNanos));
    }

    @Test
    void waitsForThatNoLongerThanTenTimesTheTransactionsEither() {
        SnapshotTrigger trigger = new SnapshotTrigger(10, 0, () -> 0, nowNanos -> true, new Random(1));
        WeighedLog log = new WeighedLog();

        bytesWhenDue(trigger, log, 1000);

        long entries = log.entriesSinceRoll();
        assertTrue(entries > 50 && entries <= 110, "due after " + entries);
    }

    /** Returns how large the log is when the first snapshot is due; it is left as it is. */
    private static long bytesWhenDue(SnapshotTrigger trigger, WeighedLog log, int entriesMax) {
        ModelTree.Author author = new ModelTree.Author(new ModelTree());
        for (var each : author.nodes(entriesMax)) {
            log.append(each);
            if (trigger.isDue(log, 0)) {
                return log.bytesSinceRoll();
            }
        }
        throw new AssertionError("not due after " + log.entriesSinceRoll() + " entries");
    }

    @Test
    void comesForManyBytesToo() {
        SnapshotTrigger trigger =
                new SnapshotTrigger(1_000_000, 1000, () -> Long.MAX_VALUE, nowNanos -> true, new Random(1));
        WeighedLog log = new WeighedLog();
        ModelTree.Author author = new ModelTree.Author(new ModelTree());
        long due = 0;

        for (var each : author.nodes(30)) {
            log.append(each);
            if (trigger.isDue(log, 0)) {
                due = log.bytesSinceRoll();
                break;
            }
        }

        assertTrue(due > 500 && due < 1200, "due at " + due);
    }

    @Test
    void aUselessLimitIsRefused() {
        assertEquals(
                "snapCount=1: must be at least 2",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new SnapshotTrigger(1, 0, () -> 0, NEVER, new Random()))
                        .getMessage());
    }
}
