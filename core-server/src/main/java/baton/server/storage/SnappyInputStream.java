package baton.server.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Unpacks a stream of Snappy blocks as the xerial library frames them.
 *
 * <pre>
 * stream := 82 'SNAPPY' 00 | int32 version | int32 lowest compatible version | chunk*
 * chunk  := int32 length | block
 * block  := varint unpacked length | element*
 * element, by the low two bits of its first byte t:
 *   0  literal: length t&gt;&gt;2 plus 1; 60..63 say that 1..4 bytes follow with the length minus 1, little-endian
 *   1  copy: length (t&gt;&gt;2 &amp; 7) plus 4, distance (t&gt;&gt;5)&lt;&lt;8 | next byte
 *   2  copy: length t&gt;&gt;2 plus 1, distance in the next 2 bytes, little-endian
 *   3  copy: length t&gt;&gt;2 plus 1, distance in the next 4 bytes, little-endian
 * </pre>
 *
 * <p>A copy may overlap what it writes: it repeats then. What {@link SnappyOutput} writes is read as well.
 */
final class SnappyInputStream extends InputStream {
    private static final long MAGIC = 0x82534e4150505900L;
    private static final int BLOCK_BYTES_MAX = 64 * 1024 * 1024;

    private final InputStream source;
    private byte[] block = new byte[0];
    private int position;
    private int limit;

    SnappyInputStream(InputStream source) throws IOException {
        this.source = source;
        byte[] header = source.readNBytes(16);
        long magic = 0;
        for (int i = 0; i < 8 && i < header.length; i++) {
            magic = magic << 8 | header[i] & 0xff;
        }
        if (header.length < 16 || magic != MAGIC) {
            throw new IOException("does not begin with the header of a snappy stream");
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? block[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(block, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private boolean fill() throws IOException {
        while (position == limit) {
            byte[] length = source.readNBytes(4);
            if (length.length == 0) {
                return false;
            }
            if (length.length < 4) {
                throw new EOFException("snappy stream ends inside a length");
            }
            int size = (length[0] & 0xff) << 24 | (length[1] & 0xff) << 16 | (length[2] & 0xff) << 8 | length[3] & 0xff;
            check(size >= 0 && size <= BLOCK_BYTES_MAX, "block length out of bounds");
            byte[] packed = source.readNBytes(size);
            check(packed.length == size, "stream ends inside a block");
            unpack(packed);
        }
        return true;
    }

    private void unpack(byte[] in) throws IOException {
        try {
            int at = 0;
            long size = 0;
            for (int shift = 0; ; shift += 7) {
                check(shift <= 28, "bad length");
                int each = in[at++];
                size |= (long) (each & 0x7f) << shift;
                if (each >= 0) {
                    break;
                }
            }
            check(size <= BLOCK_BYTES_MAX, "unpacked length out of bounds");
            byte[] out = new byte[(int) size];
            int end = elements(in, at, out);
            check(end == out.length, "block is shorter than it says");
            block = out;
            position = 0;
            limit = out.length;
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("snappy block leads outside itself", e);
        }
    }

    private static int elements(byte[] in, int from, byte[] out) throws IOException {
        int at = from;
        int to = 0;
        while (at < in.length) {
            int tag = in[at++] & 0xff;
            int kind = tag & 3;
            if (kind == 0) {
                int length = tag >> 2;
                if (length >= 60) {
                    int extra = length - 59;
                    length = littleEndian(in, at, extra);
                    at += extra;
                }
                check(length >= 0, "literal length out of bounds");
                length++;
                System.arraycopy(in, at, out, to, length);
                at += length;
                to += length;
                continue;
            }
            int length = kind == 1 ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
            int extra = kind == 1 ? 1 : kind == 2 ? 2 : 4;
            int distance = littleEndian(in, at, extra) | (kind == 1 ? tag >> 5 << 8 : 0);
            at += extra;
            check(distance > 0 && distance <= to, "copy from outside the block");
            for (int i = 0; i < length; i++) {
                out[to] = out[to - distance];
                to++;
            }
        }
        return to;
    }

    private static int littleEndian(byte[] in, int at, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (in[at + i] & 0xff) << 8 * i;
        }
        return value;
    }

    private static void check(boolean holds, String problem) throws IOException {
        if (!holds) {
            throw new IOException("snappy: " + problem);
        }
    }
}
