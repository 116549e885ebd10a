package baton.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireWriterTest {
    @Test
    void growsWithWhatIsWritten() {
        WireWriter out = new WireWriter(1);

        out.int8(1).int64(2).string("abc").buffer(Bytes.hex("ff"));

        assertEquals(Hex.bytes("01 0000000000000002 00000003 616263 00000001 ff"), out.toBytes());
    }

    @Test
    void framesMayNest() {
        WireWriter out = new WireWriter();

        int outer = out.beginFrame();
        int inner = out.beginFrame();
        out.int8(1);
        out.endFrame(inner);
        out.int8(2);
        out.endFrame(outer);

        assertEquals(Hex.bytes("00000006 00000001 01 02"), out.toBytes());
    }

    @Test
    void aResetWriterIsEmpty() {
        WireWriter out = new WireWriter();
        out.int64(1).reset();

        out.int8(2);

        assertEquals(Hex.bytes("02"), out.toBytes());
    }

    @Test
    void whatIsCutOffIsForgotten() {
        WireWriter out = new WireWriter();
        out.int8(1).int64(2).truncate(1);

        out.int8(3);

        assertEquals(Hex.bytes("01 03"), out.toBytes());
        assertThrows(IllegalArgumentException.class, () -> out.truncate(3));
    }

    @Test
    void patchesOnlyWhatIsWritten() {
        WireWriter out = new WireWriter();
        out.int8(9).int32(1);

        out.patchInt32(1, 5);

        assertEquals(Hex.bytes("09 00000005"), out.toBytes());
        assertThrows(IllegalArgumentException.class, () -> out.patchInt32(2, 5));
    }

    @Test
    void writesNullAsMinusOne() {
        WireWriter out = new WireWriter();

        out.string(null).buffer((Bytes) null).strings(null).strings(List.of());

        assertEquals(Hex.bytes("ffffffff ffffffff ffffffff 00000000"), out.toBytes());
    }

    @Test
    void theViewAndTheCopyAgree() {
        WireWriter out = new WireWriter();
        out.int32(3).string("é");
        ByteBuffer copy = ByteBuffer.allocate(out.size());

        out.writeTo(copy);

        assertEquals(Bytes.copyOf(out.asByteBuffer()), Bytes.wrap(copy.array()));
        assertEquals(out.toBytes(), Bytes.copyOf(out.unsafeArray(), 0, out.size()));
    }
}
