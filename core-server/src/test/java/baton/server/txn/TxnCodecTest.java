package baton.server.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.WireFormatException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TxnCodecTest {
    private static final long SESSION = 0x010000108c3d0000L;
    private static final String DIGEST = "00000002 0000000051c6d660";

    /** Entries of a log that Apache ZooKeeper 3.9.6 wrote. */
    @Nested
    class Captured {
        @Test
        void createSession() {
            TxnEntry entry = TxnEntry.of(
                    SESSION, 0, 1, 0x1a1f93c8e07L, new Txn.CreateSession(10_000), new TxnDigest(0x51c6d660L));

            assertSame("010000108c3d0000 00000000 0000000000000001 000001a1f93c8e07 fffffff6 00002710" + DIGEST, entry);
        }

        @Test
        void aFailedRequestHasNoDigest() {
            TxnEntry entry = TxnEntry.of(SESSION, 9, 10, 0x1a1f93c8e47L, new Txn.Failed(ErrorCode.NODE_EXISTS), null);

            assertSame("010000108c3d0000 00000009 000000000000000a 000001a1f93c8e47 ffffffff ffffff92", entry);
        }
    }

    @Test
    void aMultiHoldsItsPartsAsBuffers() {
        Txn multi = new Txn.Multi(List.of(new Txn.Delete("/a"), new Txn.Failed(ErrorCode.BAD_VERSION)));

        assertSame(
                header(14) + "00000002 00000002 00000006 00000002 2f61 ffffffff 00000004 ffffff99" + DIGEST,
                entry(multi, new TxnDigest(0x51c6d660L)));
    }

    @Test
    void aFailedPartFailsTheMulti() {
        Txn.Sub done = new Txn.Delete("/a");

        assertEquals(false, new Txn.Multi(List.of(done)).isFailed());
        assertEquals(true, new Txn.Multi(List.of(done, new Txn.Failed(ErrorCode.NO_NODE))).isFailed());
    }

    @Nested
    class ClosingASession {
        @Test
        void withPathsAndDigest() {
            assertSame(
                    header(-11) + "00000001 00000002 2f61" + DIGEST,
                    entry(new Txn.CloseSession(List.of("/a")), new TxnDigest(0x51c6d660L)));
        }

        @Test
        void withPathsOnly() {
            assertSame(header(-11) + "00000001 00000002 2f61", entry(new Txn.CloseSession(List.of("/a")), null));
        }

        @Test
        void withNoPathsAndDigest() {
            assertSame(
                    header(-11) + "00000000" + DIGEST,
                    entry(new Txn.CloseSession(List.of()), new TxnDigest(0x51c6d660L)));
        }

        @Test
        void withDigestOnly() {
            assertSame(header(-11) + DIGEST, entry(Txn.CloseSession.WITHOUT_PATHS, new TxnDigest(0x51c6d660L)));
        }

        @Test
        void withADigestThatLooksLikeTwoEmptyPaths() {
            assertSame(
                    header(-11) + "00000002 0000000000000000", entry(Txn.CloseSession.WITHOUT_PATHS, new TxnDigest(0)));
        }

        @Test
        void withNothing() {
            assertSame(header(-11), entry(Txn.CloseSession.WITHOUT_PATHS, null));
        }

        @Test
        void withSomethingElse() {
            assertRefused(
                    "field 'paths2Delete' at byte 36: length 65536 but only 1 bytes left",
                    header(-11) + "00000001 00010000 00");
        }
    }

    @Test
    void aCreateOfRelease33DoesNotSayHowManyChildrenTheParentHad() {
        TxnEntry entry = TxnCodec.read(bytes(header(1) + "00000002 2f61 ffffffff 00000000 01"));

        assertEquals(
                entry(new Txn.Create(OpCode.CREATE, "/a", null, List.of(), true, Txn.Create.UNKNOWN_CREATES), null),
                entry);
    }

    @Nested
    class Refuses {
        @Test
        void aTypeThatDoesNotExist() {
            assertRefused("field 'txn.type' at byte 28: there is no transaction type 99", header(99));
        }

        @Test
        void aTypeThatIsNoTransaction() {
            assertRefused("field 'txn.type' at byte 28: GET_DATA is not a transaction", header(4) + "00000000");
        }

        @Test
        void bytesBehindTheBodyThatAreNoDigest() {
            assertRefused(
                    "field 'digest' at byte 38: 1 bytes behind the DELETE, neither 0 nor a digest's 12",
                    header(2) + "00000002 2f61 00");
        }

        @Test
        void aMultiInAMulti() {
            assertRefused(
                    "field 'multi.type' at byte 36: MULTI is not allowed in a multi",
                    header(14) + "00000001 0000000e 00000004 00000000");
        }

        @Test
        void bytesBehindAPartOfAMulti() {
            assertRefused(
                    "field 'multi.body' at byte 50: 1 bytes too many behind the DELETE",
                    header(14) + "00000001 00000002 00000007 00000002 2f61 00");
        }

        @Test
        void anEntryWhoseHeaderSaysSomethingElse() {
            TxnHeader header = new TxnHeader(1, 2, 3, 4, OpCode.CREATE);

            assertThrows(IllegalArgumentException.class, () -> new TxnEntry(header, new Txn.Delete("/a"), null));
        }
    }

    @Test
    void aCreateKeepsNullAndEmptyContentApart() {
        assertSame(
                header(15) + "00000002 2f61 ffffffff 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00"
                        + "00000003",
                entry(new Txn.Create(OpCode.CREATE2, "/a", null, Acl.OPEN, false, 3), null));
        assertSame(
                header(15) + "00000002 2f61 00000000 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00"
                        + "00000003",
                entry(new Txn.Create(OpCode.CREATE2, "/a", Bytes.EMPTY, Acl.OPEN, false, 3), null));
    }

    private static TxnEntry entry(Txn txn, @Nullable TxnDigest digest) {
        return TxnEntry.of(1, 2, 3, 4, txn, digest);
    }

    private static String header(int type) {
        return "0000000000000001 00000002 0000000000000003 0000000000000004" + String.format("%08x", type);
    }

    private static void assertSame(String bytes, TxnEntry entry) {
        assertEquals(bytes(bytes), TxnCodec.toBytes(entry));
        assertEquals(entry, TxnCodec.read(bytes(bytes)));
    }

    private static void assertRefused(String message, String bytes) {
        WireFormatException refused = assertThrows(WireFormatException.class, () -> TxnCodec.read(bytes(bytes)));

        assertEquals(message, refused.getMessage());
    }

    private static Bytes bytes(String spaced) {
        return Bytes.hex(spaced.replace(" ", ""));
    }
}
