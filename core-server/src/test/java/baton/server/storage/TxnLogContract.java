package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Zxid;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every log does. */
abstract class TxnLogContract {
    /** Opens an empty log. */
    abstract TxnLog open() throws IOException;

    private final ModelTree.Author author = new ModelTree.Author(new ModelTree());

    @Test
    void rollingCountsAnew() throws IOException {
        List<TxnEntry> entries = author.nodes(3);
        TxnLog log = open();
        log.append(entries.get(0));
        log.append(entries.get(1));
        assertEquals(2, log.entriesSinceRoll());

        log.roll();
        assertEquals(0, log.entriesSinceRoll());
        assertEquals(0, log.bytesSinceRoll());
        log.append(entries.get(2));

        assertEquals(1, log.entriesSinceRoll());
        assertEquals(3, log.lastZxid());
    }

    @Test
    void aClosedLogTakesNothing() throws IOException {
        TxnLog log = open();
        log.append(author.create("/early", "x"));

        log.close();
        log.close();

        assertThrows(IllegalStateException.class, () -> log.append(author.create("/late", "x")));
        assertThrows(IllegalStateException.class, log::force);
    }

    @Test
    void noZxidMayBeLeftOutOrComeTwice() throws IOException {
        TxnLog log = open();
        log.append(failure(1));

        assertThrows(IllegalStateException.class, () -> log.append(failure(1)));
        assertThrows(IllegalStateException.class, () -> log.append(failure(3)));
        log.append(failure(Zxid.pack(1, 1)));
        assertThrows(IllegalStateException.class, () -> log.append(failure(2)));
        log.append(failure(Zxid.pack(1, 2)));

        assertEquals(Zxid.pack(1, 2), log.force());
    }

    @Test
    void forcingNothingIsDone() throws IOException {
        assertEquals(0, open().force());
    }

    private static TxnEntry failure(long zxid) {
        return TxnEntry.of(1, 1, zxid, 1, new Txn.Failed(-101), null);
    }
}
