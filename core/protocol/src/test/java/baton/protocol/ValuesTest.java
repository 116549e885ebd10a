package baton.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void bytesAreEqualByContent() {
        assertEquals(Bytes.utf8("ab"), Bytes.hex("6162"));
        assertEquals(Bytes.utf8("ab").hashCode(), Bytes.hex("6162").hashCode());
        assertNotEquals(Bytes.utf8("ab"), Bytes.utf8("ac"));
    }

    @Test
    void bytesDoNotChangeWithTheArraysTheyCameFromOrGaveOut() {
        byte[] source = {1, 2, 3};
        Bytes bytes = Bytes.copyOf(source);

        source[0] = 9;
        bytes.toArray()[1] = 9;

        assertEquals(Bytes.hex("010203"), bytes);
        assertThrows(ReadOnlyBufferException.class, () -> bytes.asByteBuffer().put((byte) 9));
    }

    @Test
    void bytesShowOnlyTheirBeginning() {
        assertEquals("Bytes[2: 6162]", Bytes.utf8("ab").toString());
        assertEquals(
                "Bytes[40: " + "00".repeat(32) + "...]",
                Bytes.wrap(new byte[40]).toString());
    }

    @Test
    void aZxidIsEpochAndCounter() {
        Zxid zxid = Zxid.of(7, 0x1f);

        assertEquals(0x70000001fL, zxid.value());
        assertEquals(7, zxid.epoch());
        assertEquals(0x1f, zxid.counter());
        assertEquals("0x7:1f", zxid.toString());
        assertThrows(IllegalArgumentException.class, () -> Zxid.of(1, 1L << 32));
    }

    @Test
    void sessionsAreShownInHexadecimal() {
        assertEquals("0x100000f62530000", new SessionId(0x0100000f62530000L).toString());
        assertEquals("0xff00000000000000", SessionId.format(0xff00000000000000L));
    }

    @Test
    void permissionsHaveLetters() {
        assertEquals("cdrwa", Permission.format(Permission.ALL));
        assertEquals("rw", Permission.format(Permission.READ | Permission.WRITE | 64));
        assertEquals(Permission.CREATE | Permission.ADMIN, Permission.parse("ac"));
        assertThrows(IllegalArgumentException.class, () -> Permission.parse("rx"));
    }

    @Test
    void readOnlyCannotBeSaidWithoutItsByte() {
        assertThrows(IllegalArgumentException.class, () -> new ConnectRequest(0, 0, 0, 0, Bytes.EMPTY, true, false));
        assertThrows(IllegalArgumentException.class, () -> new ConnectResponse(0, 0, 0, Bytes.EMPTY, true, false));
    }
}
