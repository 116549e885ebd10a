package baton.server.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Packs a stream as {@link SnappyInputStream} unpacks it: blocks of 32 KiB, each packed for itself.
 *
 * <p>Four bytes that were seen before in the block are looked up by a hash of theirs, and as many as are equal from there
 * on become a copy; everything else is literal. Not the best packing, but that of the format's own library in kind.
 */
final class SnappyOutput extends OutputStream {
    private static final byte[] HEADER = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
    private static final int BLOCK_BYTES = 32 * 1024;
    private static final int HASH_BITS = 13;
    private static final int MATCH_BYTES_MIN = 4;
    private static final int COPY_BYTES_MAX = 64;

    private final OutputStream target;
    private final byte[] block = new byte[BLOCK_BYTES];
    /** Room for the worst case: nothing but literals, the tags of which take 3 bytes in 65536. */
    private final byte[] packed = new byte[BLOCK_BYTES + BLOCK_BYTES / 6 + 32];

    private final int[] seen = new int[1 << HASH_BITS];
    private int filled;
    private int size;

    SnappyOutput(OutputStream target) throws IOException {
        this.target = target;
        target.write(HEADER);
    }

    @Override
    public void write(int each) throws IOException {
        if (filled == BLOCK_BYTES) {
            passOn();
        }
        block[filled++] = (byte) each;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            if (filled == BLOCK_BYTES) {
                passOn();
            }
            int count = Math.min(end - from, BLOCK_BYTES - filled);
            System.arraycopy(bytes, from, block, filled, count);
            filled += count;
            from += count;
        }
    }

    /** Leaves a begun block where it is: blocks are as long as they can be. */
    @Override
    public void flush() throws IOException {
        target.flush();
    }

    @Override
    public void close() throws IOException {
        passOn();
        target.close();
    }

    private void passOn() throws IOException {
        if (filled == 0) {
            return;
        }
        pack();
        target.write(new byte[] {(byte) (size >>> 24), (byte) (size >>> 16), (byte) (size >>> 8), (byte) size});
        target.write(packed, 0, size);
        filled = 0;
    }

    private void pack() {
        size = 0;
        int length = filled;
        while (length > 0x7f) {
            packed[size++] = (byte) (length & 0x7f | 0x80);
            length >>>= 7;
        }
        packed[size++] = (byte) length;
        Arrays.fill(seen, -1);
        int literal = 0;
        int at = 0;
        while (at + MATCH_BYTES_MIN <= filled) {
            int hash = (intAt(at) * 0x1e35a7bd) >>> (32 - HASH_BITS);
            int before = seen[hash];
            seen[hash] = at;
            if (before < 0 || intAt(before) != intAt(at)) {
                at++;
                continue;
            }
            literal(literal, at);
            int end = at + MATCH_BYTES_MIN;
            while (end < filled && block[end] == block[before + end - at]) {
                end++;
            }
            copy(at - before, end - at);
            at = end;
            literal = end;
        }
        literal(literal, filled);
    }

    private void literal(int from, int end) {
        int count = end - from;
        if (count == 0) {
            return;
        }
        int less = count - 1;
        if (less < 60) {
            packed[size++] = (byte) (less << 2);
        } else if (less < 256) {
            packed[size++] = (byte) (60 << 2);
            packed[size++] = (byte) less;
        } else {
            packed[size++] = (byte) (61 << 2);
            packed[size++] = (byte) less;
            packed[size++] = (byte) (less >>> 8);
        }
        System.arraycopy(block, from, packed, size, count);
        size += count;
    }

    private void copy(int distance, int count) {
        for (int left = count; left > 0; ) {
            int part = Math.min(left, COPY_BYTES_MAX);
            packed[size++] = (byte) (part - 1 << 2 | 2);
            packed[size++] = (byte) distance;
            packed[size++] = (byte) (distance >>> 8);
            left -= part;
        }
    }

    private int intAt(int at) {
        return (block[at] & 0xff) << 24
                | (block[at + 1] & 0xff) << 16
                | (block[at + 2] & 0xff) << 8
                | block[at + 3] & 0xff;
    }
}
