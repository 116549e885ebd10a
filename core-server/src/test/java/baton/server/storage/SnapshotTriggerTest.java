package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SnapshotTriggerTest {
    @Test
    void comesBetweenHalfAndAllOfTheLimitAndNotAlwaysAtTheSame() {
        SnapshotTrigger trigger = new SnapshotTrigger(100, 0, new Random(1));
        MemoryLog log = MemoryLog.keepingLast(0, 0);
        ModelTree.Author author = new ModelTree.Author(new ModelTree());
        Set<Long> lengths = new TreeSet<>();

        for (var each : author.nodes(1000)) {
            log.append(each);
            if (trigger.isDue(log)) {
                lengths.add(log.entriesSinceRoll());
                log.roll();
            }
        }

        assertTrue(lengths.size() > 3, lengths.toString());
        assertTrue(lengths.stream().allMatch(each -> each > 50 && each <= 100), lengths.toString());
    }

    @Test
    void comesForManyBytesToo() {
        SnapshotTrigger trigger = new SnapshotTrigger(1_000_000, 1000, new Random(1));
        MemoryLog log = MemoryLog.keepingAll(0);
        ModelTree.Author author = new ModelTree.Author(new ModelTree());
        long due = 0;

        for (var each : author.nodes(30)) {
            log.append(each);
            if (trigger.isDue(log)) {
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
                assertThrows(IllegalArgumentException.class, () -> new SnapshotTrigger(1, 0, new Random()))
                        .getMessage());
    }
}
