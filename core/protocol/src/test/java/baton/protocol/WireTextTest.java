package baton.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class WireTextTest {
    @Test
    void aCharacterOutsideTheBasicPlaneIsWrittenAsTwoSequences() {
        assertEquals(Hex.bytes("00000006 edA0bd edB880"), Hex.written(out -> out.string("\uD83D\uDE00")));
    }

    @Test
    void bothFormsOfItAreRead() {
        assertEquals(
                "a\uD83D\uDE00b", Hex.reader("00000008 61 edA0bd edB880 62").string("x"));
        assertEquals("a\uD83D\uDE00b", Hex.reader("00000006 61 f09f9880 62").string("x"));
    }

    @Test
    void nulIsASingleByte() {
        assertEquals(Hex.bytes("00000001 00"), Hex.written(out -> out.string("\0")));
    }

    @Test
    void otherMalformedBytesBecomeReplacementCharacters() {
        assertEquals("a\uFFFDb", Hex.reader("00000003 61 ff 62").string("x"));
        assertEquals("\uFFFD", Hex.reader("00000002 edA0").string("x"));
    }

    @Property
    void everyStringSurvivesTheRoundTrip(@ForAll("strings") String text) {
        Bytes bytes = Hex.written(out -> out.string(text));

        assertEquals(text, WireReader.of(bytes).string("x"));
    }

    @Property
    void textOfTheBasicPlaneIsOrdinaryUtf8(@ForAll("basicPlane") String text) {
        Bytes bytes = Hex.written(out -> out.string(text));

        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(Hex.written(out -> out.int32(utf8.length).raw(utf8, 0, utf8.length)), bytes);
    }

    /** Any UTF-16 code units, so that surrogates also stand alone or the wrong way round. */
    @Provide
    Arbitrary<String> strings() {
        return Arbitraries.chars().range('\0', '\uFFFF').array(char[].class).map(String::new);
    }

    @Provide
    Arbitrary<String> basicPlane() {
        return Arbitraries.strings().withCharRange('\0', '\uD7FF').withCharRange('\uE000', '\uFFFF');
    }
}
