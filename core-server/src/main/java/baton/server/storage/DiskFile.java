package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An open file of a {@link Disk}. Used by one thread at a time. */
public interface DiskFile extends Closeable {
    /** Reads some of the bytes from a position on; returns how many, or -1 at or behind the end. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer; if this fails, any part of it may have been written. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Cuts the file to a size it has at least. */
    void truncate(long sizeBytes) throws IOException;

    long size() throws IOException;

    /** Makes bytes and size durable. */
    void syncData() throws IOException;

    /** Makes everything about the file durable, but not its name. */
    void sync() throws IOException;

    /** Says why the disk did not take {@linkplain Disk.Mode#BLOCKS blocks}; nothing if it did, or was not to. */
    default Optional<Exception> refusal() {
        return Optional.empty();
    }
}
