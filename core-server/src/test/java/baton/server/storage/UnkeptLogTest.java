package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLogTest extends TxnLogContract {
    private MemoryLog log = MemoryLog.keepingAll(0);

    @Override
    TxnLog open() {
        return log;
    }

    @Override
    List<TxnEntry> crash() {
        log = log.crash();
        return kept(log);
    }

    @Test
    void aLuckyDiskKeepsTheFirstOfThoseNotForced() {
        List<TxnEntry> entries = append(log, 2);
        log.force();
        entries.addAll(append(log, 3));

        MemoryLog found = log.crash(2);

        assertEquals(entries.subList(0, 4), kept(found));
        assertEquals(4, found.lastZxid());
    }

    @Test
    void whatASnapshotHoldsMayBeForgottenIfItIsDurable() {
        List<TxnEntry> entries = append(log, 4);
        log.force();
        entries.addAll(append(log, 2));

        log.discardThrough(6);

        assertEquals(entries.subList(4, 6), kept(log));
    }

    @Test
    void aLimitedLogKeepsTheLastOnly() {
        MemoryLog limited = MemoryLog.keepingLast(3, 0);
        List<TxnEntry> entries = append(limited, 10);
        assertEquals(10, limited.force());

        assertEquals(entries.subList(7, 10), kept(limited));

        MemoryLog nothing = MemoryLog.keepingLast(0, 10);
        append(nothing, 5);
        assertEquals(15, nothing.force());
        assertEquals(List.of(), kept(nothing));
    }

    private final ModelTree.Author author = new ModelTree.Author(new ModelTree());

    private List<TxnEntry> append(MemoryLog target, int count) {
        List<TxnEntry> entries = author.nodes(count);
        entries.forEach(target::append);
        return new ArrayList<>(entries);
    }

    private static List<TxnEntry> kept(MemoryLog log) {
        List<TxnEntry> entries = new ArrayList<>();
        log.forEachAfter(0, entries::add);
        return entries;
    }
}
