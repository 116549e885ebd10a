package baton.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable payload of bytes with value equality.
 *
 * <p>Ownership: {@link #copyOf} copies and leaves the caller's array alone. {@link #wrap} takes the array over: whoever
 * held it must not write to it again. {@link #unsafeArray()} lends it back to hot code, which must only read.
 * Everything else hands out copies or read-only views.
 */
public final class Bytes {
    /** No bytes. The protocol distinguishes this from a null payload; so does this package. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int SHOWN_BYTES_MAX = 32;

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** Takes over the array, which nobody may write to any more. */
    public static Bytes wrap(byte[] owned) {
        return owned.length == 0 ? EMPTY : new Bytes(owned);
    }

    /** Copies the array. */
    public static Bytes copyOf(byte[] source) {
        return wrap(source.clone());
    }

    /** Copies {@code length} bytes of the array, beginning at {@code offset}. */
    public static Bytes copyOf(byte[] source, int offset, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(source, offset, copy, 0, length);
        return wrap(copy);
    }

    /** Copies what remains in the buffer, whose position does not move. */
    public static Bytes copyOf(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.get(source.position(), copy);
        return wrap(copy);
    }

    /** Encodes the text as UTF-8. */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Parses pairs of hexadecimal digits, upper or lower case, without separators. */
    public static Bytes hex(String digits) {
        return wrap(HexFormat.of().parseHex(digits));
    }

    public int size() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    /** Returns the byte at the index, counted from zero. */
    public byte at(int index) {
        return array[index];
    }

    /** Returns a copy the caller may change. */
    public byte[] toArray() {
        return array.clone();
    }

    /** Copies all bytes into the target, beginning at {@code offset}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(array, 0, target, offset, array.length);
    }

    /** Returns a read-only view without copying. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    /** Returns the array itself, for hot code that only reads it: a write would change a value others rely on. */
    public byte[] unsafeArray() {
        return array;
    }

    /** Decodes the bytes as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public String utf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** Returns the bytes as lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(array);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** Shows the size and the first bytes; payloads can be large. */
    @Override
    public String toString() {
        int shown = Math.min(array.length, SHOWN_BYTES_MAX);
        String digits = HexFormat.of().formatHex(array, 0, shown);
        return "Bytes[" + array.length + ": " + digits + (shown < array.length ? "..." : "") + "]";
    }
}
