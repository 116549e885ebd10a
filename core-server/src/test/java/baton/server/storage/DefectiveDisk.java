package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A disk used wrongly, in one way. */
public final class DefectiveDisk extends ForwardingDisk {
    /** How a server may use a disk wrongly. */
    public enum Flaw {
        /** No file is ever synced. */
        NO_SYNC,
        /** No directory is in which something has got its name last by being created. */
        NO_DIRECTORY_SYNC_AFTER_CREATE,
        /** Likewise, by being renamed. */
        NO_DIRECTORY_SYNC_AFTER_RENAME,
        /** A sync that failed is made a second time, and that is believed. */
        SYNC_TRIED_AGAIN,
        /** A log goes on behind a write that was cut short. */
        SHORT_WRITE_PASSED_OVER,
        /** An unfinished end is removed from a log, by a cut or by a copy without it, and that is not synced. */
        CUT_NOT_SYNCED,
        /** Older snapshots, and the logs before the newest, are deleted when a snapshot begins. */
        PURGED_TOO_EARLY,
        /** All but the newest three snapshots are deleted when another begins. */
        PURGED_BY_AGE,
        /** What is opened stays open. */
        NEVER_CLOSED,
        /** Once there was little space there never is more. */
        SPACE_STAYS_LOW,
        /** There is always space, until a write finds none. */
        SPACE_NEVER_LOW,
        /** The directory is not synced from the moment in which a new state is given its name. */
        REPLACEMENT_NOT_SYNCED,
        /** A log says in its header that it is written in another way, which its writer never looks at. */
        LOG_OF_ANOTHER_VERSION
    }

    private final Flaw flaw;

    // Written by whoever looks.
    private volatile long leastUsableBytes = Long.MAX_VALUE;

    // By the names of directories, what has happened to a name in each last that is to be forgotten.
    private final Map<Path, Flaw> lastNamings = new ConcurrentHashMap<>();

    // Written by whoever renames something in it.
    private volatile @Nullable Path neverSynced;

    public DefectiveDisk(Disk disk, Flaw flaw) {
        super(disk);
        this.flaw = flaw;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        if (flaw == Flaw.PURGED_TOO_EARLY && mode == Mode.CREATE && isNamed(file, "tmp.snapshot.")) {
            purge(DiskSteps.parentOf(file), "snapshot.", 0);
            purge(DiskSteps.parentOf(file), "log.", 1);
        }
        if (flaw == Flaw.PURGED_BY_AGE && mode == Mode.CREATE && isNamed(file, "tmp.snapshot.")) {
            purge(DiskSteps.parentOf(file), "snapshot.", 3);
        }
        if (mode == Mode.CREATE) {
            lastNamings.put(DiskSteps.parentOf(file), Flaw.NO_DIRECTORY_SYNC_AFTER_CREATE);
        }
        return new DefectiveFile(disk.open(file, mode), isNamed(file, "log."), isNamed(file, "tmp.log."));
    }

    private void purge(Path directory, String prefix, int kept) throws IOException {
        List<Path> files = disk.list(directory).stream()
                .filter(each -> isNamed(each, prefix))
                .sorted(Comparator.comparingLong(
                        each -> Long.parseLong(each.getFileName().toString().substring(prefix.length()), 16)))
                .toList();
        for (Path each : files.subList(0, Math.max(0, files.size() - kept))) {
            disk.delete(each);
        }
        disk.syncDirectory(directory);
    }

    private static boolean isNamed(Path file, String prefix) {
        return file.getFileName().toString().startsWith(prefix);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (flaw == Flaw.REPLACEMENT_NOT_SYNCED && isNamed(from, "tmp.replacement.")) {
            neverSynced = DiskSteps.parentOf(to);
        }
        lastNamings.put(DiskSteps.parentOf(to), Flaw.NO_DIRECTORY_SYNC_AFTER_RENAME);
        disk.rename(from, to);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (flaw != lastNamings.get(directory) && !directory.equals(neverSynced)) {
            disk.syncDirectory(directory);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        long usable = disk.usableBytes(directory);
        leastUsableBytes = Math.min(leastUsableBytes, usable);
        return switch (flaw) {
            case SPACE_STAYS_LOW -> leastUsableBytes;
            case SPACE_NEVER_LOW -> Long.MAX_VALUE;
            default -> usable;
        };
    }

    private final class DefectiveFile extends ForwardingFile {
        private final boolean isLog;
        private boolean isCut;

        DefectiveFile(DiskFile file, boolean isLog, boolean isCut) {
            super(file);
            this.isLog = isLog;
            this.isCut = isCut;
        }

        @Override
        public void close() throws IOException {
            if (flaw != Flaw.NEVER_CLOSED) {
                file.close();
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            isCut = true;
            file.truncate(sizeBytes);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            try {
                file.write(flaw == Flaw.LOG_OF_ANOTHER_VERSION && position == 0 ? otherwise(from) : from, position);
            } catch (IOException e) {
                if (flaw != Flaw.SHORT_WRITE_PASSED_OVER || !isLog) {
                    throw e;
                }
            }
        }

        private static ByteBuffer otherwise(ByteBuffer from) {
            int at = from.position();
            if (from.remaining() < LogFormat.HEADER_BYTES || from.getInt(at) != LogFormat.MAGIC) {
                return from;
            }
            ByteBuffer changed = ByteBuffer.allocate(from.remaining()).put(from).flip();
            return changed.putInt(Integer.BYTES, LogFormat.VERSION + 1);
        }

        @Override
        public void syncData() throws IOException {
            sync();
        }

        @Override
        public void sync() throws IOException {
            if (flaw == Flaw.NO_SYNC || flaw == Flaw.CUT_NOT_SYNCED && isCut) {
                return;
            }
            try {
                file.sync();
            } catch (IOException e) {
                if (flaw != Flaw.SYNC_TRIED_AGAIN) {
                    throw e;
                }
                file.sync();
            }
        }
    }
}
