package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The file under a {@link FileLog}: what a disk can do, and can fail to do. */
interface LogDevice extends AutoCloseable {
    /** Creates the files of a log. */
    @FunctionalInterface
    interface Factory {
        /** Creates a file that must not exist; its name is durable when this returns. */
        LogDevice create(Path file) throws IOException;
    }

    /** Writes everything that remains in the buffer. */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /** Returns when everything written survives a power cut. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /** Creates a real file. */
    static LogDevice onDisk(Path file) throws IOException {
        FileChannel channel = DurableFiles.create(file);
        try {
            DurableFiles.syncDirectory(DurableFiles.parentOf(file));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return on(channel);
    }

    /** Makes a device of an open file. */
    static LogDevice on(FileChannel channel) {
        return new LogDevice() {
            @Override
            public void write(ByteBuffer bytes, long offset) throws IOException {
                long at = offset;
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
