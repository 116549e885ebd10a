package baton.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The protocol's encoding of text: UTF-8, except that each UTF-16 code unit is encoded by itself.
 *
 * <p>A character outside the basic plane is therefore written as two sequences of three bytes (CESU-8), because that
 * is what the reference implementation writes. Read are both forms: such a sequence becomes the code unit it encodes,
 * and ordinary four-byte UTF-8 becomes a surrogate pair. So every Java string survives a round trip. Other malformed
 * bytes become U+FFFD, which no valid path may contain.
 */
public final class WireText {
    private WireText() {}

    /**
     * Puts the text into the array if it is ASCII, as nearly all is: in one go, and with nothing made for it.
     *
     * @return whether it is; if not, its place in the array holds anything
     */
    public static boolean copyAscii(String text, byte[] target, int offset) {
        int seen = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            seen |= unit;
            target[offset + i] = (byte) unit;
        }
        return seen < 0x80;
    }

    /** Counts the bytes the text takes when written. */
    static int encodedSize(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= 0x80) {
                size += unit < 0x800 ? 1 : 2;
            }
        }
        return size;
    }

    /** Decodes the text that is so many bytes of the array. */
    public static String decode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        // Only malformed input, or a U+FFFD that was really sent, can hold an encoded surrogate.
        return text.indexOf('\uFFFD') < 0 ? text : decodeSurrogates(bytes, offset, offset + length);
    }

    private static String decodeSurrogates(byte[] bytes, int offset, int end) {
        StringBuilder text = new StringBuilder(end - offset);
        int pending = offset;
        int i = offset;
        while (i < end) {
            if (isSurrogate(bytes, i, end)) {
                text.append(new String(bytes, pending, i - pending, StandardCharsets.UTF_8));
                text.append((char) (0xD000 | (bytes[i + 1] & 0x3F) << 6 | bytes[i + 2] & 0x3F));
                i += 3;
                pending = i;
            } else {
                i++;
            }
        }
        return text.append(new String(bytes, pending, end - pending, StandardCharsets.UTF_8))
                .toString();
    }

    private static boolean isSurrogate(byte[] bytes, int i, int end) {
        return bytes[i] == (byte) 0xED && i + 2 < end && (bytes[i + 1] & 0xE0) == 0xA0 && (bytes[i + 2] & 0xC0) == 0x80;
    }
}
