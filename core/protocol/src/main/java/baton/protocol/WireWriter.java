package baton.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protocol's primitives into a buffer of its own that grows.
 *
 * <p>The encodings are those of {@link WireReader}. Everything written is copied, so the writer never keeps a
 * reference to a payload. {@link #reset()} makes it empty again and keeps the memory.
 *
 * <p>It has no limit but the size of an array; limits on what may be sent are the caller's. Not thread-safe.
 */
public final class WireWriter {
    private static final int CAPACITY_DEFAULT = 256;
    private static final int CAPACITY_MAX = Integer.MAX_VALUE - 8;

    private ByteBuffer target;

    /** Makes a writer that grows as needed. */
    public WireWriter() {
        this(CAPACITY_DEFAULT);
    }

    /** Makes a writer that starts with room for {@code capacityBytes} and grows as needed. */
    public WireWriter(int capacityBytes) {
        target = ByteBuffer.allocate(capacityBytes);
    }

    /** Forgets everything written. */
    public void reset() {
        target.clear();
    }

    /** Forgets everything written after the first {@code size} bytes. */
    public void truncate(int size) {
        if (size < 0 || size > size()) {
            throw new IllegalArgumentException("cannot cut " + size() + " bytes written down to " + size);
        }
        target.position(size);
    }

    /** Returns how many bytes were written. */
    public int size() {
        return target.position();
    }

    public WireWriter int8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public WireWriter int32(int value) {
        room(4).putInt(value);
        return this;
    }

    public WireWriter int64(long value) {
        room(8).putLong(value);
        return this;
    }

    public WireWriter bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    /**
     * Writes a string, or the mark for null.
     *
     * <p>Each UTF-16 code unit becomes one to three bytes by itself: UTF-8 for the basic plane, and two sequences of
     * three bytes for a character outside it, as the reference implementation writes them. {@link WireReader}
     * accepts these and standard UTF-8.
     */
    public WireWriter string(@Nullable String text) {
        if (text == null) {
            return int32(-1);
        }
        int length = text.length();
        ByteBuffer room = room(Integer.BYTES + length);
        int at = room.position() + Integer.BYTES;
        if (WireText.copyAscii(text, room.array(), at)) {
            room.putInt(length).position(at + length);
        } else {
            int size = WireText.encodedSize(text);
            encode(text, int32(size).room(size));
        }
        return this;
    }

    /** Writes a buffer with its length, or the mark for null. */
    public WireWriter buffer(@Nullable Bytes bytes) {
        if (bytes == null) {
            return int32(-1);
        }
        return int32(bytes.size()).raw(bytes);
    }

    /** Writes what remains in the source with its length; the source's position does not move. */
    public WireWriter buffer(ByteBuffer source) {
        return int32(source.remaining()).raw(source);
    }

    /** Writes a vector, or the mark for null. */
    public <T> WireWriter list(@Nullable List<? extends T> elements, Element<T> element) {
        if (elements == null) {
            return int32(-1);
        }
        int32(elements.size());
        for (T each : elements) {
            element.write(this, each);
        }
        return this;
    }

    /** Writes a vector of strings, or the mark for null. */
    public WireWriter strings(@Nullable List<String> strings) {
        return list(strings, WireWriter::string);
    }

    /** Writes the bytes without a length. */
    public WireWriter raw(Bytes bytes) {
        return raw(bytes.unsafeArray(), 0, bytes.size());
    }

    /** Writes part of an array without a length. */
    public WireWriter raw(byte[] source, int offset, int length) {
        room(length).put(source, offset, length);
        return this;
    }

    /** Writes what remains in the source without a length; the source's position does not move. */
    public WireWriter raw(ByteBuffer source) {
        room(source.remaining()).put(source.duplicate());
        return this;
    }

    /**
     * Leaves four bytes for a length that is not known yet.
     *
     * @return the mark to give to {@link #endFrame}; frames may nest
     */
    public int beginFrame() {
        int mark = size();
        int32(0);
        return mark;
    }

    /** Fills in the length of everything written since the frame was begun. */
    public void endFrame(int mark) {
        target.putInt(mark, size() - mark - 4);
    }

    /** Overwrites four bytes already written, {@code at} bytes from the beginning. */
    public void patchInt32(int at, int value) {
        if (at < 0 || at > size() - 4) {
            throw new IllegalArgumentException("no four bytes at " + at + " of " + size() + " written");
        }
        target.putInt(at, value);
    }

    /** Returns a copy of everything written. */
    public byte[] toArray() {
        byte[] copy = new byte[size()];
        target.get(0, copy);
        return copy;
    }

    /** Returns a copy of everything written. */
    public Bytes toBytes() {
        return Bytes.wrap(toArray());
    }

    /** Returns a read-only view of everything written, valid until the next write or reset. */
    public ByteBuffer asByteBuffer() {
        return target.slice(0, size()).asReadOnlyBuffer();
    }

    /** Copies everything written into the buffer, whose position moves along. */
    public void writeTo(ByteBuffer destination) {
        destination.put(target.slice(0, size()));
    }

    /**
     * Returns the array that holds the first {@link #size()} bytes written, for hot code that only reads it before the
     * next write or reset.
     */
    public byte[] unsafeArray() {
        return target.array();
    }

    /** Writes one element of a vector. */
    @FunctionalInterface
    public interface Element<T> {
        void write(WireWriter out, T element);
    }

    private static void encode(String text, ByteBuffer room) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                room.put((byte) unit);
            } else if (unit < 0x800) {
                room.put((byte) (0xC0 | unit >> 6)).put((byte) (0x80 | unit & 0x3F));
            } else {
                room.put((byte) (0xE0 | unit >> 12))
                        .put((byte) (0x80 | unit >> 6 & 0x3F))
                        .put((byte) (0x80 | unit & 0x3F));
            }
        }
    }

    private ByteBuffer room(int length) {
        if (length > target.remaining()) {
            grow(length);
        }
        return target;
    }

    private void grow(int length) {
        long needed = (long) target.position() + length;
        if (needed > CAPACITY_MAX) {
            throw new IllegalStateException("cannot write " + needed + " bytes into one array");
        }
        int capacity = (int) Math.min(CAPACITY_MAX, Math.max(needed, 2L * target.capacity()));
        target = ByteBuffer.allocate(capacity).put(target.flip());
    }
}
