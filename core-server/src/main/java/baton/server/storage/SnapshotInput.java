package baton.server.storage;

import baton.protocol.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/** Reads the primitives of a snapshot and sums up what was read. */
final class SnapshotInput {
    /** Far above what servers usually let into a node; memory for more is taken only if it is admitted. */
    private static final int FIELD_BYTES_USUAL = 64 * 1024 * 1024;

    /** Asked before memory is taken for a field of unusual length, which may be a damaged one. */
    @FunctionalInterface
    interface Admission {
        /** @throws IOException if there is no such field */
        void admit(int length) throws IOException;
    }

    private final InputStream source;
    private final Admission admission;
    private final Adler32 sum = new Adler32();
    private final byte[] buffer = new byte[64 * 1024];
    private long bufferOffset;
    private int summed;
    private int position;
    private int limit;

    SnapshotInput(InputStream source, Admission admission) {
        this.source = source;
        this.admission = admission;
    }

    int int32() throws IOException {
        need(4);
        position += 4;
        return intAt(position - 4);
    }

    long int64() throws IOException {
        need(8);
        position += 8;
        return (long) intAt(position - 8) << 32 | intAt(position - 4) & 0xffffffffL;
    }

    /** Reads a buffer or a string as bytes; null if that was written. */
    @Nullable
    Bytes bytes() throws IOException {
        int length = int32();
        if (length == -1) {
            return null;
        }
        if (length < 0) {
            throw new IOException("length " + length + " at byte " + (offset() - 4) + " is negative");
        }
        if (length > FIELD_BYTES_USUAL) {
            admission.admit(length);
        }
        byte[] bytes = new byte[length];
        read(bytes);
        return Bytes.wrap(bytes);
    }

    String string() throws IOException {
        Bytes bytes = bytes();
        if (bytes == null) {
            throw new IOException("null where a string is needed, before byte " + offset());
        }
        return bytes.utf8();
    }

    /** Returns the sum of everything read so far. */
    long sum() {
        sumUp();
        return sum.getValue();
    }

    /** Returns how many bytes were read so far. */
    long offset() {
        return bufferOffset + position;
    }

    /** Reads what is left, at most {@code countMax} bytes of it. */
    byte[] rest(int countMax) throws IOException {
        byte[] rest = new byte[countMax];
        int count = 0;
        while (count < countMax && (position < limit || fill())) {
            int part = Math.min(countMax - count, limit - position);
            System.arraycopy(buffer, position, rest, count, part);
            position += part;
            count += part;
        }
        return Arrays.copyOf(rest, count);
    }

    private void read(byte[] target) throws IOException {
        int count = 0;
        while (count < target.length) {
            if (position == limit && !fill()) {
                throw new EOFException("ends at byte " + offset() + ", inside a field of " + target.length + " bytes");
            }
            int part = Math.min(target.length - count, limit - position);
            System.arraycopy(buffer, position, target, count, part);
            position += part;
            count += part;
        }
    }

    private void need(int count) throws IOException {
        while (limit - position < count) {
            if (!fill()) {
                throw new EOFException("ends at byte " + (bufferOffset + limit));
            }
        }
    }

    private boolean fill() throws IOException {
        sumUp();
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        bufferOffset += position;
        limit -= position;
        position = 0;
        summed = 0;
        int count = source.read(buffer, limit, buffer.length - limit);
        limit += Math.max(count, 0);
        return count > 0;
    }

    private void sumUp() {
        sum.update(buffer, summed, position - summed);
        summed = position;
    }

    private int intAt(int at) {
        return (buffer[at] & 0xff) << 24
                | (buffer[at + 1] & 0xff) << 16
                | (buffer[at + 2] & 0xff) << 8
                | buffer[at + 3] & 0xff;
    }
}
