package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.WireWriter;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;

/** The annotated bytes of a log that Apache ZooKeeper 3.9 wrote. */
class LogFormatTest {
    private final WireWriter out = new WireWriter();
    private final Adler32 scratch = new Adler32();

    @Test
    void theHeaderNamesFormatAndVersion() {
        LogFormat.writeHeader(out);

        assertEquals("5a4b4c47000000020000000000000000", out.toBytes().hex());
    }

    @Test
    void aSessionsBeginningHasTheBytesOfTheReference() {
        TxnEntry entry = TxnEntry.of(
                0x010000108c3d0000L,
                0,
                1,
                0x1a1f93c8e07L,
                new Txn.CreateSession(10_000),
                new TxnDigest(2, 0x51c6d660L));

        LogFormat.writeRecord(out, entry, 5000, scratch);

        assertEquals(
                "00000000b0b509c1" + "00000030"
                        + "010000108c3d0000" + "00000000" + "0000000000000001" + "000001a1f93c8e07" + "fffffff6"
                        + "00002710"
                        + "00000002" + "0000000051c6d660"
                        + "42",
                out.toBytes().hex());
    }

    @Test
    void aFailureHasTheBytesOfTheReference() {
        TxnEntry entry = TxnEntry.of(0x010000108c3d0000L, 9, 10, 0x1a1f93c8e47L, new Txn.Failed(-110), null);

        LogFormat.writeRecord(out, entry, 5000, scratch);

        assertEquals(
                "000000005ebb0b25" + "00000024"
                        + "010000108c3d0000" + "00000009" + "000000000000000a" + "000001a1f93c8e47" + "ffffffff"
                        + "ffffff92"
                        + "42",
                out.toBytes().hex());
    }

    @Test
    void anEntryOthersCouldNotReadIsRefusedAndLeavesNothing() {
        Bytes huge = Bytes.wrap(new byte[5000]);
        Txn txn = new Txn.Create(OpCode.CREATE, "/a", huge, Acl.OPEN, false, 1);
        TxnEntry entry = TxnEntry.of(1, 1, 1, 1, txn, null);

        assertThrows(IllegalArgumentException.class, () -> LogFormat.writeRecord(out, entry, 5000, scratch));

        assertEquals(0, out.size());
    }
}
