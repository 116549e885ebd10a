package baton.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a file from its beginning to its end. */
final class DiskInput extends InputStream {
    private final DiskFile file;
    private final ReadProgress progress;
    private final byte[] single = new byte[1];
    private long position;

    DiskInput(DiskFile file) {
        this(file, ReadProgress.UNSEEN);
    }

    DiskInput(DiskFile file, ReadProgress progress) {
        this.file = file;
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = file.read(ByteBuffer.wrap(target, offset, length), position);
        position += Math.max(count, 0);
        progress.hasRead(position);
        return count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
