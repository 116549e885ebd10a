package baton.server.storage;

import baton.protocol.WireWriter;
import baton.protocol.Zxid;
import baton.server.txn.LogSpace;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * A log in files that Apache ZooKeeper reads, see {@link LogFormat}.
 *
 * <p>A file is created with the first batch after opening or rolling, and bears the zxid of its first entry. An existing
 * file is never written to again: what recovery found is history, what comes next begins a new file.
 *
 * <p>Entries are encoded straight into the batch's buffer, which goes to the file in one write. The file is the {@link
 * NextLog} if that is ready, full of zeros that are overwritten, else an ordinary one that grows; and it is left when it
 * has no room for a batch and another is ready that has.
 *
 * <p>If nobody waits for a force the file is synced every few megabytes all the same, so that no single sync takes so long
 * that the disk seems to hang.
 *
 * <p>When the disk is full the batch goes to the {@link ReserveFile}, once what was written of it is cut off the old
 * file; nothing is acknowledged before. The log then stays in that file until there is another reserve. Without one, and
 * after any other failure, it is done for.
 */
public final class FileLog implements TxnLog {
    /** A buffer that grew beyond this for one batch is given up after it. */
    private static final int BATCH_BYTES_KEPT = 4 * 1024 * 1024;

    /** Without forcing so much is synced at once: who asks whether the disk hangs should not take a longer sync for that. */
    private static final int UNSYNCED_BYTES_MAX = 8 * 1024 * 1024;

    private static final long UPKEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final Path directory;
    private final LogSettings settings;
    private final ReserveFile reserve;
    private final SpaceWatch space;
    private final NextLog next;
    private final Watermark watermark;
    private final Adler32 scratch = new Adler32();

    // All written by whoever writes the log, one at a time.
    private WireWriter batch = new WireWriter(64 * 1024);
    private @Nullable DiskFile open;
    private Path file;
    private @Nullable StorageException failure;
    private String step = "";
    private boolean closed;
    private long position;
    private long unsyncedBytes;
    private long roomEnd;
    private long reserveEnd;
    private long lastZxid;
    private long durableZxid;
    private long markedZxid;
    private long firstZxidOfBatch;
    private long entriesSinceRoll;
    private long bytesSinceRoll;
    private long growths;
    private long upkeepAtNanos;
    private boolean upkeepSeen;

    /** Opens the log behind the history that recovery found. */
    FileLog(DataDirectory directory, long lastZxid, LogSettings settings, ReserveFile reserve, SpaceWatch space) {
        this.disk = directory.disk();
        this.directory = directory.logDirectory();
        this.settings = settings;
        this.reserve = reserve;
        this.space = space;
        this.next = new NextLog(disk, this.directory, settings, space);
        this.watermark = Watermark.open(disk, directory.sideDirectory());
        this.file = this.directory;
        this.lastZxid = lastZxid;
        this.durableZxid = lastZxid;
        this.markedZxid = lastZxid;
    }

    /** Opens a log that nobody tells how full the disk is. */
    static FileLog open(DataDirectory directory, long lastZxid, LogSettings settings) {
        ReserveFile reserve = new ReserveFile(directory.disk(), directory.sideDirectory(), settings.reserveFileBytes());
        SpaceWatch space = new SpaceWatch(directory.disk(), java.util.List.of(), () -> 0, reserve);
        return new FileLog(directory, lastZxid, settings, reserve, space);
    }

    @Override
    public void append(TxnEntry entry) throws StorageException {
        requireUsable();
        long zxid = entry.zxid();
        if (!ZxidOrder.follows(lastZxid, zxid)) {
            throw new IllegalStateException("zxid " + Zxid.format(zxid) + " appended behind " + Zxid.format(lastZxid));
        }
        int before = batch.size();
        LogFormat.writeRecord(batch, entry, settings.entryBytesMax(), scratch);
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
        leaveFileWithoutRoom();
        DiskFile target = writeBatch();
        if (settings.isForced() || unsyncedBytes >= UNSYNCED_BYTES_MAX) {
            sync(target);
        }
        position += batch.size();
        if (position > roomEnd) {
            growths++;
        }
        durableZxid = lastZxid;
        space.wrote(batch.size());
        next.wrote(batch.size(), position, roomEnd);
        batch.reset();
        if (batch.unsafeArray().length > BATCH_BYTES_KEPT) {
            batch = new WireWriter(BATCH_BYTES_KEPT);
        }
        if (settings.fileBytesMax() > 0 && position > settings.fileBytesMax()) {
            leaveFile();
        }
        return durableZxid;
    }

    @Override
    public void roll() throws StorageException {
        force();
        leaveFile();
        next.rolled(bytesSinceRoll);
        entriesSinceRoll = 0;
        bytesSinceRoll = 0;
    }

    @Override
    public long upkeep(long nowNanos) {
        boolean isDue = !upkeepSeen || nowNanos - upkeepAtNanos >= 0;
        if (isDue) {
            upkeepSeen = true;
            upkeepAtNanos = nowNanos + UPKEEP_NANOS;
            mark();
            space.look();
        }
        if (isTight()) {
            next.decline();
        }
        return isTight() || !isDue && durableZxid > markedZxid ? upkeepAtNanos : Long.MAX_VALUE;
    }

    private boolean isTight() {
        return space.level() != LogSpace.Level.AMPLE;
    }

    @Override
    public LogSpace space() {
        boolean spent = space.level() == LogSpace.Level.SPENT;
        return new LogSpace(space.level(), durableZxid, spent ? sureBytes() : settings.inFlightBytesMax());
    }

    private long sureBytes() {
        return reserve.isReady() ? reserve.sizeBytes() - LogFormat.HEADER_BYTES : Math.max(0, reserveEnd - position);
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

    /** Returns the file that comes next, for the thread that fills it. */
    NextLog next() {
        return next;
    }

    @Override
    public long growths() {
        return growths;
    }

    @Override
    public long asks() {
        return next.asks();
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
                syncUnforced();
                mark();
                watermark.sync();
            }
        } finally {
            closed = true;
            watermark.close();
            next.discard();
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

    private void leaveFileWithoutRoom() throws StorageException {
        if (open != null && position + batch.size() > roomEnd && next.holds(batch.size())) {
            leaveFile();
        }
    }

    private DiskFile writeBatch() throws StorageException {
        step = "write";
        try {
            DiskFile target = open == null ? openNew(nameOfBatch()) : open;
            writeBatchTo(target);
            return target;
        } catch (IOException e) {
            if (!WriteFailedException.saysDiskFull(e)) {
                throw failed(step, file, e);
            }
            space.ranOut(file);
            if (!reserve.isReady()) {
                throw failed(step, file, e);
            }
            return writeBatchToReserve(e);
        }
    }

    private DiskFile writeBatchToReserve(IOException full) throws StorageException {
        Path target = nameOfBatch();
        try {
            abandonBatch(target);
            watermark.begin(target, durableZxid);
            DiskFile taken = reserve.take(target);
            begin(target, taken);
            roomEnd = reserve.sizeBytes();
            reserveEnd = roomEnd;
            writeBatchTo(taken);
            return taken;
        } catch (IOException e) {
            e.addSuppressed(full);
            throw failed("write", target, e);
        }
    }

    /** Leaves the file as it was after the last batch; a file that was made for this one is left to be replaced. */
    private void abandonBatch(Path next) throws IOException {
        DiskFile left = open;
        open = null;
        if (left != null) {
            try (left) {
                if (!file.equals(next)) {
                    left.truncate(position);
                    left.sync();
                }
            }
        }
    }

    private Path nameOfBatch() {
        return directory.resolve(ZxidFile.name(ZxidFile.LOG, firstZxidOfBatch));
    }

    private void writeBatchTo(DiskFile target) throws IOException {
        target.write(ByteBuffer.wrap(batch.unsafeArray(), 0, batch.size()), position);
        unsyncedBytes += batch.size();
    }

    private DiskFile openNew(Path target) throws IOException {
        step = "name in the watermark";
        file = target;
        // Before there is such a name: who finds it knows from the mark that nothing before it may be missing.
        watermark.begin(target, durableZxid);
        step = "create";
        int room = next.holds(batch.size()) ? next.readyBytes() : 0;
        DiskFile opened = room > 0 ? next.take(target) : create(target);
        step = "write";
        begin(target, opened);
        roomEnd = room;
        return opened;
    }

    private DiskFile create(Path target) throws IOException {
        DiskFile created = disk.open(target, Disk.Mode.CREATE);
        open = created;
        disk.syncDirectory(directory);
        return created;
    }

    private void begin(Path target, DiskFile begun) throws IOException {
        open = begun;
        file = target;
        roomEnd = 0;
        reserveEnd = 0;
        unsyncedBytes = 0;
        position = LogFormat.HEADER_BYTES;
        WireWriter header = new WireWriter(LogFormat.HEADER_BYTES);
        LogFormat.writeHeader(header);
        begun.write(header.asByteBuffer(), 0);
    }

    private void mark() {
        if (settings.isForced() && durableZxid > markedZxid && watermark.mark(durableZxid, file, position)) {
            markedZxid = durableZxid;
        }
    }

    /** Lets the next batch begin a new file, unless this one is all that a full disk has left. */
    private void leaveFile() throws StorageException {
        if (reserveEnd > 0 && !reserve.isReady()) {
            return;
        }
        syncUnforced();
        if (open != null) {
            next.left(position);
        }
        release();
    }

    /** What nobody has waited for is synced before a file is left: recovery looks after the newest one only. */
    private void syncUnforced() throws StorageException {
        DiskFile left = open;
        if (left != null && unsyncedBytes > 0) {
            sync(left);
        }
    }

    private void sync(DiskFile target) throws StorageException {
        try {
            target.syncData();
        } catch (IOException e) {
            // Never tried again: what the system could not write it may have dropped.
            throw failed("force", file, e);
        }
        unsyncedBytes = 0;
    }

    private void release() throws StorageException {
        DiskFile released = open;
        open = null;
        if (released == null) {
            return;
        }
        try {
            released.close();
        } catch (IOException e) {
            throw failed("close", file, e);
        }
    }

    private StorageException failed(String action, Path at, IOException cause) {
        StorageException made = WriteFailedException.of(at, action, cause);
        failure = made;
        return made;
    }
}
