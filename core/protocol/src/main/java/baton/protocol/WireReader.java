package baton.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the protocol's primitives from a buffer, and never past its limit.
 *
 * <p>Every method takes the name of the field, which appears in the {@link WireFormatException} it throws when the
 * bytes end too early, a length is out of bounds, or a value is null where one is needed. After an exception the
 * position is undefined: give up on the message.
 *
 * <pre>
 * int32, int64   4 or 8 bytes
 * bool           1 byte; anything but 0 is true
 * buffer         int32 length, bytes; length -1 is null
 * string         as buffer; the text encoding is described at {@link WireWriter#string}
 * vector         int32 count, elements; count -1 is null
 * </pre>
 *
 * <p>What is returned is copied, except {@link #slice} and {@link #stringSlice}. Not thread-safe.
 */
public final class WireReader {
    /** Largest frame a peer accepts by default: one byte less than a mebibyte, as everywhere in this protocol. */
    public static final int FRAME_BYTES_MAX_DEFAULT = 0xfffff;

    /** Largest string or buffer accepted by default. */
    public static final int FIELD_BYTES_MAX_DEFAULT = 2 * FRAME_BYTES_MAX_DEFAULT;

    /** No element of any vector in the protocol is shorter than this; a larger count cannot be true. */
    private static final int ELEMENT_BYTES_MIN = 4;

    /** Lists start no larger than this, so that a count alone does not allocate. */
    private static final int LIST_CAPACITY_MAX = 1024;

    /** Texts up to this size are decoded by way of an array that is kept. */
    private static final int SCRATCH_BYTES = 128;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final int fieldBytesMax;
    private ByteBuffer source;
    private byte @Nullable [] scratch;
    private int start;

    /** Reads what remains in the buffer, with the default limit on strings and buffers. */
    public WireReader(ByteBuffer source) {
        this(source, FIELD_BYTES_MAX_DEFAULT);
    }

    /**
     * Reads what remains in the buffer; its position moves along and its byte order becomes big-endian.
     *
     * @param fieldBytesMax largest string or buffer to accept, in bytes
     */
    public WireReader(ByteBuffer source, int fieldBytesMax) {
        this.fieldBytesMax = fieldBytesMax;
        this.source = NOTHING;
        reset(source);
    }

    /** Reads the array from its beginning to its end. */
    public static WireReader of(byte[] source) {
        return new WireReader(ByteBuffer.wrap(source));
    }

    /** Reads the payload from its beginning to its end. */
    public static WireReader of(Bytes source) {
        return new WireReader(ByteBuffer.wrap(source.unsafeArray()));
    }

    /** Starts over with another buffer, so that one reader can serve a connection for life. */
    public void reset(ByteBuffer next) {
        // Storing the same one again would not be free.
        if (source != next) {
            source = next;
        }
        next.order(ByteOrder.BIG_ENDIAN);
        start = next.position();
    }

    /** Returns how many bytes were read since the reader was made or {@linkplain #reset reset}. */
    public int offset() {
        return source.position() - start;
    }

    /** Returns how many bytes are left. */
    public int remaining() {
        return source.remaining();
    }

    public boolean hasRemaining() {
        return source.hasRemaining();
    }

    public byte int8(String field) {
        require(1, field);
        return source.get();
    }

    public int int32(String field) {
        require(4, field);
        return source.getInt();
    }

    public long int64(String field) {
        require(8, field);
        return source.getLong();
    }

    public boolean bool(String field) {
        return int8(field) != 0;
    }

    /** Reads a string that must not be null. */
    public String string(String field) {
        return text(presentLength(field));
    }

    /** Reads a string, or null if that was sent. */
    public @Nullable String nullableString(String field) {
        int length = length(field);
        return length < 0 ? null : text(length);
    }

    /** Reads a buffer that must not be null, as a copy. */
    public Bytes buffer(String field) {
        return bytes(presentLength(field));
    }

    /** Reads a buffer as a copy, or null if that was sent. Null and empty are different. */
    public @Nullable Bytes nullableBuffer(String field) {
        int length = length(field);
        return length < 0 ? null : bytes(length);
    }

    /**
     * Reads a string that must not be null as its raw bytes, without copying or decoding them.
     *
     * <p>For hot code that looks paths up by their UTF-8 bytes. The slice shares memory with the source and lives no
     * longer than it.
     */
    public ByteBuffer stringSlice(String field) {
        return slice(presentLength(field), field);
    }

    /** Takes the next bytes if they are these, and says whether they are. */
    public boolean skipIfNext(Bytes expected) {
        int position = source.position();
        int length = expected.size();
        if (length > source.remaining()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (source.get(position + i) != expected.at(i)) {
                return false;
            }
        }
        source.position(position + length);
        return true;
    }

    /** Takes the next {@code length} bytes as a view that shares memory with the source. */
    public ByteBuffer slice(int length, String field) {
        require(length, field);
        ByteBuffer slice = source.slice(source.position(), length);
        source.position(source.position() + length);
        return slice;
    }

    /**
     * Takes the next {@code length} bytes as a reader of their own, with the same limits. Its offsets go on counting
     * from where this reader began.
     */
    public WireReader part(int length, String field) {
        int offset = offset();
        WireReader part = new WireReader(slice(length, field), fieldBytesMax);
        part.start = -offset;
        return part;
    }

    /** Returns a reader of the bytes that remain, with the same limits and offsets; reading one does not move the other. */
    public WireReader duplicate() {
        WireReader copy = new WireReader(source.duplicate(), fieldBytesMax);
        copy.start = start;
        return copy;
    }

    /**
     * Reads the length of a string or buffer, and stops before its first byte.
     *
     * @return the length, which is available to the last byte; or -1 for null
     */
    public int length(String field) {
        int length = int32(field);
        if (length < -1) {
            throw failure(field, 4, "length " + length + " is negative");
        }
        if (length > fieldBytesMax) {
            throw failure(field, 4, "length " + length + " is over the limit of " + fieldBytesMax + " bytes");
        }
        if (length > source.remaining()) {
            throw failure(field, 4, "length " + length + " but only " + source.remaining() + " bytes left");
        }
        return length;
    }

    /** As {@link #length}, of what must not be null. */
    public int presentLength(String field) {
        int length = length(field);
        if (length < 0) {
            throw failure(field, 4, "null where a value is needed");
        }
        return length;
    }

    /** Passes over the next {@code length} bytes. */
    public void skip(int length, String field) {
        require(length, field);
        source.position(source.position() + length);
    }

    /** Copies the next {@code length} bytes into the array, from its beginning. */
    public void copyTo(byte[] target, int length, String field) {
        require(length, field);
        source.get(target, 0, length);
    }

    /** Reads a vector that must not be null, as an unmodifiable list. */
    public <T> List<T> list(String field, Element<T> element) {
        int count = count(field);
        if (count < 0) {
            throw failure(field, 4, "null where a vector is needed");
        }
        return elements(count, element);
    }

    /** Reads a vector as an unmodifiable list, or null if that was sent. */
    public <T> @Nullable List<T> nullableList(String field, Element<T> element) {
        int count = count(field);
        return count < 0 ? null : elements(count, element);
    }

    /** Reads a vector of strings, neither it nor any of them null. */
    public List<String> strings(String field) {
        return list(field, in -> in.string(field));
    }

    /** Makes the exception for a field that began {@code bytesBack} before the current position. */
    public WireFormatException failure(String field, int bytesBack, String problem) {
        return new WireFormatException(field, offset() - bytesBack, problem);
    }

    /** Reads one element of a vector. */
    @FunctionalInterface
    public interface Element<T> {
        T read(WireReader in);
    }

    private <T> List<T> elements(int count, Element<T> element) {
        if (count == 0) {
            return List.of();
        }
        List<T> elements = new ArrayList<>(Math.min(count, LIST_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            elements.add(element.read(this));
        }
        return Collections.unmodifiableList(elements);
    }

    private int count(String field) {
        int count = int32(field);
        if (count < -1 || count > source.remaining() / ELEMENT_BYTES_MIN) {
            throw failure(field, 4, "count " + count + " but only " + source.remaining() + " bytes left");
        }
        return count;
    }

    private String text(int length) {
        if (!source.hasArray()) {
            byte[] copy = length <= SCRATCH_BYTES ? scratch() : new byte[length];
            source.get(copy, 0, length);
            return WireText.decode(copy, 0, length);
        }
        int position = source.position();
        source.position(position + length);
        return WireText.decode(source.array(), source.arrayOffset() + position, length);
    }

    private byte[] scratch() {
        byte[] kept = scratch;
        if (kept == null) {
            kept = new byte[SCRATCH_BYTES];
            scratch = kept;
        }
        return kept;
    }

    private Bytes bytes(int length) {
        byte[] copy = new byte[length];
        source.get(copy);
        return Bytes.wrap(copy);
    }

    private void require(int length, String field) {
        if (length < 0 || length > source.remaining()) {
            throw failure(field, 0, "needs " + length + " bytes but only " + source.remaining() + " left");
        }
    }
}
