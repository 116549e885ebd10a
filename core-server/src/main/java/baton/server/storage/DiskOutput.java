package baton.server.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a file from its beginning on, and syncs it piece by piece: a log on the same disk then never waits for a whole
 * snapshot to be written. Closing it leaves the file open, so that the last piece can be synced.
 */
final class DiskOutput extends OutputStream {
    private static final int BUFFER_BYTES = 128 * 1024;

    /**
     * So much is synced at once: whoever forces a log meanwhile may wait until the disk has taken all of it. With more the
     * longest waits of others grow, with much less the syncs cost more than the bytes.
     */
    private static final int SYNC_BYTES = 512 * 1024;

    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long position;
    private long synced;

    DiskOutput(DiskFile file) {
        this.file = file;
    }

    /** Returns how many bytes have reached the file. */
    long sizeBytes() {
        return position;
    }

    @Override
    public void write(int each) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) each);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.remaining()) {
            flush();
        }
        if (length <= buffer.capacity()) {
            buffer.put(bytes, offset, length);
            return;
        }
        int end = offset + length;
        for (int at = offset; at < end; at += SYNC_BYTES) {
            put(ByteBuffer.wrap(bytes, at, Math.min(SYNC_BYTES, end - at)));
        }
    }

    @Override
    public void flush() throws IOException {
        put(buffer.flip());
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
    }

    private void put(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        file.write(bytes, position);
        position += count;
        if (position - synced >= SYNC_BYTES) {
            file.syncData();
            synced = position;
        }
    }
}
