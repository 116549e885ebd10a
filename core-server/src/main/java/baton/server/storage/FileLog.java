package baton.server.storage;

import baton.protocol.WireWriter;
import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in files that Apache ZooKeeper reads, see {@link LogFormat}.
 *
 * <p>A file is created with the first batch after opening or rolling, and bears the zxid of its first entry. An existing
 * file is never written to again: what recovery found is history, what comes next begins a new file.
 *
 * <p>Entries are encoded straight into the batch's buffer, which goes to the file in one write. Ahead of the data the
 * file is filled with zeros, a few megabytes at a time: forcing bytes that overwrite others changes no size and allocates
 * nothing, which halves the time of a force on ext4.
 */
public final class FileLog implements TxnLog {
    /** How far a file is filled with zeros ahead of the data, by default. */
    public static final int ROOM_BYTES_DEFAULT = 4 * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(FileLog.class);

    /** First room in a file; it doubles from then on, so that short-lived logs stay small. */
    private static final int ROOM_BYTES_FIRST = 256 * 1024;

    /** A buffer that grew beyond this for one batch is given up after it. */
    private static final int BATCH_BYTES_KEPT = 4 * 1024 * 1024;

    private final Path directory;
    private final LogDevice.Factory devices;
    private final int roomBytesMax;
    private final Adler32 scratch = new Adler32();

    // All written by the log's thread.
    private WireWriter batch = new WireWriter(64 * 1024);
    private @Nullable LogDevice device;
    private @Nullable Path file;
    private @Nullable StorageException failure;
    private boolean closed;
    private long position;
    private long roomEnd;
    private long lastZxid;
    private long durableZxid;
    private long firstZxidOfBatch;
    private long entriesSinceRoll;
    private long bytesSinceRoll;

    /**
     * Opens the log behind the history that recovery found.
     *
     * @param lastZxid last zxid of that history
     * @param roomBytes how far to fill files with zeros ahead of the data; 0 for not at all
     */
    public FileLog(DataDirectory directory, long lastZxid, int roomBytes) {
        this(directory.logDirectory(), lastZxid, roomBytes, LogDevice::onDisk);
    }

    FileLog(Path directory, long lastZxid, int roomBytes, LogDevice.Factory devices) {
        if (roomBytes < 0) {
            throw new IllegalArgumentException("roomBytes=" + roomBytes + ": must not be negative");
        }
        this.directory = directory;
        this.devices = devices;
        this.roomBytesMax = roomBytes;
        this.lastZxid = lastZxid;
        this.durableZxid = lastZxid;
    }

    @Override
    public void append(TxnEntry entry) throws StorageException {
        requireUsable();
        long zxid = entry.zxid();
        if (!ZxidOrder.follows(lastZxid, zxid)) {
            throw new IllegalStateException("zxid " + Zxid.format(zxid) + " appended behind " + Zxid.format(lastZxid));
        }
        int before = batch.size();
        LogFormat.writeRecord(batch, entry, scratch);
        if (before == 0) {
            firstZxidOfBatch = zxid;
        }
        lastZxid = zxid;
        entriesSinceRoll++;
        bytesSinceRoll += batch.size() - before;
    }

    @Override
    public long force() throws StorageException {
        requireUsable();
        if (batch.size() == 0) {
            return durableZxid;
        }
        Path target = file == null ? directory.resolve(ZxidFile.name(ZxidFile.LOG, firstZxidOfBatch)) : file;
        String step = "create";
        try {
            LogDevice open = device == null ? create(target) : device;
            step = "write";
            open.write(ByteBuffer.wrap(batch.unsafeArray(), 0, batch.size()), position);
            makeRoom(open, position + batch.size());
            step = "force";
            open.force();
        } catch (IOException e) {
            // Never tried again: what the system could not write it may have dropped.
            failure = WriteFailedException.of(target, step, e);
            throw failure;
        }
        position += batch.size();
        durableZxid = lastZxid;
        batch.reset();
        if (batch.unsafeArray().length > BATCH_BYTES_KEPT) {
            batch = new WireWriter(BATCH_BYTES_KEPT);
        }
        return durableZxid;
    }

    @Override
    public void roll() throws StorageException {
        force();
        release();
        entriesSinceRoll = 0;
        bytesSinceRoll = 0;
    }

    @Override
    public long lastZxid() {
        return lastZxid;
    }

    @Override
    public long entriesSinceRoll() {
        return entriesSinceRoll;
    }

    @Override
    public long bytesSinceRoll() {
        return bytesSinceRoll;
    }

    /** Forces the batch and closes the file; after a failure only closes it. */
    @Override
    public void close() throws StorageException {
        if (closed) {
            return;
        }
        try {
            if (failure == null) {
                force();
            }
        } finally {
            closed = true;
            release();
        }
    }

    private void requireUsable() throws StorageException {
        if (failure != null) {
            throw failure;
        }
        if (closed) {
            throw new IllegalStateException("the log is closed");
        }
    }

    private LogDevice create(Path target) throws IOException {
        LogDevice created = devices.create(target);
        device = created;
        file = target;
        roomEnd = 0;
        WireWriter header = new WireWriter(LogFormat.HEADER_BYTES);
        LogFormat.writeHeader(header);
        created.write(header.asByteBuffer(), 0);
        position = LogFormat.HEADER_BYTES;
        return created;
    }

    /**
     * Fills with zeros what comes behind the batch just written; the same force covers both. A disk too full for it is
     * not too full for the next batch.
     */
    private void makeRoom(LogDevice target, long dataEnd) throws IOException {
        if (roomBytesMax == 0 || dataEnd <= roomEnd) {
            return;
        }
        int room = (int) Math.min(roomBytesMax, Math.max(ROOM_BYTES_FIRST, roomEnd));
        try {
            target.write(ByteBuffer.allocate(room), dataEnd);
        } catch (IOException e) {
            if (!DurableFiles.saysDiskFull(e)) {
                throw e;
            }
            log.warn("disk nearly full, no room for {} bytes ahead file={}", room, file);
        }
        roomEnd = dataEnd + room;
    }

    private void release() throws StorageException {
        LogDevice open = device;
        Path released = file;
        device = null;
        file = null;
        if (open == null || released == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            failure = WriteFailedException.of(released, "close", e);
            throw failure;
        }
    }
}
