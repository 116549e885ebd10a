package baton.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZxidTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x1f, 0x7_0000_001fL, 0x7fff_ffff_ffff_ffffL})
    void readsWhatItShows(long zxid) {
        assertEquals(zxid, Zxid.parse(Zxid.format(zxid)));
        assertEquals(zxid, Zxid.parse("0x" + Long.toHexString(zxid)));
    }

    @Test
    void saysWhatAZxidLooksLike() {
        for (String text : new String[] {"", "12", "0x", "0xg", "0x1:2:3", "0x1:", "0x1:1ffffffff", "0x-1:1"}) {
            assertThatThrownBy(() -> Zxid.parse(text)).describedAs(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
