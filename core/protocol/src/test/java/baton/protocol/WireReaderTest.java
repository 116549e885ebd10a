package baton.protocol;

import static baton.protocol.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WireReaderTest {
    @Test
    void nullAndEmptyAreDifferent() {
        WireReader in = reader("ffffffff 00000000 ffffffff 00000000");

        assertNull(in.nullableBuffer("a"));
        assertEquals(Bytes.EMPTY, in.nullableBuffer("b"));
        assertNull(in.nullableString("c"));
        assertEquals("", in.nullableString("d"));
    }

    @Test
    void anyByteButZeroIsTrue() {
        WireReader in = reader("00 01 7f ff");

        assertEquals(List.of(false, true, true, true), List.of(in.bool("a"), in.bool("b"), in.bool("c"), in.bool("d")));
    }

    @Test
    void aStringSliceHoldsTheRawBytesAndCopiesNothing() {
        byte[] source = Hex.bytes("00000002 2f61 07").toArray();
        WireReader in = WireReader.of(source);

        ByteBuffer slice = in.stringSlice("path");
        source[5] = 'b';

        assertEquals(ByteBuffer.wrap("/b".getBytes(StandardCharsets.UTF_8)), slice);
        assertEquals(7, in.int8("next"));
    }

    @Test
    void readsBigEndianWhateverTheBufferSays() {
        ByteBuffer source = ByteBuffer.wrap(new byte[] {0, 0, 0, 1}).order(ByteOrder.LITTLE_ENDIAN);

        assertEquals(1, new WireReader(source).int32("a"));
    }

    @Test
    void readsBuffersWithoutAnAccessibleArray() {
        byte[] bytes = Hex.bytes("00000003 2fc3a9 00000001 ff").toArray();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        ByteBuffer readOnly = ByteBuffer.wrap(bytes).asReadOnlyBuffer();

        for (ByteBuffer source : List.of(direct, readOnly)) {
            WireReader in = new WireReader(source);

            assertEquals("/é", in.string("path"));
            assertEquals(Hex.bytes("ff"), in.buffer("data"));
        }
    }

    @Test
    void offsetsCountFromWhereTheReaderBegan() {
        ByteBuffer source = ByteBuffer.allocate(16).position(8);
        WireReader in = new WireReader(source);

        in.int32("a");

        assertEquals(4, in.offset());
        assertEquals(4, in.remaining());
    }

    @Test
    void aResetReaderServesTheNextBuffer() {
        WireReader in = reader("00000001");
        in.int32("a");

        in.reset(ByteBuffer.wrap(new byte[] {0, 0, 0, 2}));

        assertEquals(2, in.int32("b"));
        assertEquals(4, in.offset());
    }

    @Test
    void aPartEndsWhereItEndsAndKeepsCounting() {
        WireReader in = reader("00000001 00000002 0007 09");
        in.int32("a");
        WireReader part = in.part(6, "part");
        part.int32("b");

        WireFormatException failure = assertThrows(WireFormatException.class, () -> part.int32("c"));

        assertEquals("field 'c' at byte 8: needs 4 bytes but only 2 left", failure.getMessage());
        assertEquals(9, in.int8("next"));
    }

    @Test
    void aDuplicateReadsTheSameBytesAgain() {
        WireReader in = reader("00000001 00000002");
        in.int32("a");
        WireReader again = in.duplicate();

        assertEquals(2, in.int32("b"));
        assertEquals(4, again.offset());
        assertEquals(2, again.int32("b"));
    }

    @Nested
    class Refuses {
        @Test
        void aFieldThatIsCutOff() {
            assertFailure("field 'x' at byte 4: needs 8 bytes but only 2 left", "00000000 0001", in -> {
                in.int32("w");
                in.int64("x");
            });
        }

        @Test
        void aLengthBelowNull() {
            assertFailure("field 'x' at byte 0: length -2 is negative", "fffffffe", in -> in.nullableString("x"));
        }

        @Test
        void aLengthBeyondTheEnd() {
            assertFailure("field 'x' at byte 0: length 3 but only 2 bytes left", "00000003 0000", in -> in.buffer("x"));
        }

        @Test
        void aLengthBeyondTheLimit() {
            WireReader in = new WireReader(ByteBuffer.wrap(new byte[] {0, 0, 0, 3, 1, 2, 3}), 2);

            WireFormatException failure = assertThrows(WireFormatException.class, () -> in.buffer("x"));

            assertEquals("field 'x' at byte 0: length 3 is over the limit of 2 bytes", failure.getMessage());
        }

        @Test
        void nullWhereAValueIsNeeded() {
            assertFailure("field 'x' at byte 0: null where a value is needed", "ffffffff", in -> in.string("x"));
            assertFailure("field 'x' at byte 0: null where a value is needed", "ffffffff", in -> in.buffer("x"));
            assertFailure("field 'x' at byte 0: null where a value is needed", "ffffffff", in -> in.stringSlice("x"));
            assertFailure("field 'x' at byte 0: null where a vector is needed", "ffffffff", in -> in.strings("x"));
        }

        @Test
        void aCountThatTheBytesCannotHold() {
            assertFailure(
                    "field 'x' at byte 0: count 2147483647 but only 4 bytes left",
                    "7fffffff 00000000",
                    in -> in.strings("x"));
        }

        private void assertFailure(String message, String bytes, java.util.function.Consumer<WireReader> reading) {
            WireFormatException failure = assertThrows(WireFormatException.class, () -> reading.accept(reader(bytes)));

            assertEquals(message, failure.getMessage());
        }
    }
}
