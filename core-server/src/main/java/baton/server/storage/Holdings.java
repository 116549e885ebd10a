package baton.server.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The snapshots of a directory and its logs, both oldest first, and how much room there is for them: half of their volume, or
 * of each if there are two.
 */
record Holdings(List<Held> snapshots, List<Held> logs, Room room) {
    /** A file and how long it is. */
    record Held(ZxidFile file, long bytes) {}

    /** How many bytes there may be of each, or of both together if they share a volume. */
    private record Room(long snapshotBytes, long logBytes, boolean isShared) {
        static Room of(DataDirectory directory) throws IOException {
            Disk disk = directory.disk();
            Path snapshots = directory.snapshotDirectory();
            Path logs = directory.logDirectory();
            return new Room(
                    disk.capacityBytes(snapshots) / 2, disk.capacityBytes(logs) / 2, disk.isOneVolume(snapshots, logs));
        }
    }

    /**
     * Looks at a directory.
     *
     * @param written logs as they seem to be and as far as they were written, what was found out so far; to be passed again
     */
    static Holdings of(DataDirectory directory, Map<Held, Held> written) throws IOException {
        Disk disk = directory.disk();
        Holdings apparent = new Holdings(
                held(disk, ZxidFile.snapshots(disk, directory.snapshotDirectory())),
                held(disk, ZxidFile.logs(disk, directory.logDirectory())),
                Room.of(directory));
        return apparent.fit() ? apparent : apparent.withoutZeros(disk, written);
    }

    /**
     * Returns the same with the logs as long as what was written to them: of Apache ZooKeeper's, 64 MB is left after a
     * restart however little they hold, and those zeros take no room. Zeros of ours do, until the log is purged: of the
     * newest they count, of an older one they are less than one next log, and do not.
     */
    private Holdings withoutZeros(Disk disk, Map<Held, Held> written) {
        written.keySet().retainAll(logs);
        List<Held> shorter = new ArrayList<>(logs);
        for (int i = 0; i < logs.size() - 1; i++) {
            shorter.set(i, written.computeIfAbsent(logs.get(i), each -> written(disk, each)));
        }
        return new Holdings(snapshots, List.copyOf(shorter), room);
    }

    private static Held written(Disk disk, Held log) {
        Path path = log.file().path();
        try (DiskFile open = disk.open(path, Disk.Mode.READ)) {
            return new Held(log.file(), DiskSteps.writtenBytes(open, path));
        } catch (IOException cannotBeRead) {
            return log;
        }
    }

    private static List<Held> held(Disk disk, List<ZxidFile> files) throws IOException {
        Held[] held = new Held[files.size()];
        for (int i = 0; i < held.length; i++) {
            held[i] = new Held(
                    files.get(i), DirectorySizes.bytesOf(disk, files.get(i).path()));
        }
        return List.of(held);
    }

    /** Says whether all of it takes no more than its room. */
    boolean fit() {
        long ofSnapshots = bytes(snapshots);
        long ofLogs = bytes(logs);
        return room.isShared
                ? ofSnapshots + ofLogs <= room.snapshotBytes
                : ofSnapshots <= room.snapshotBytes && ofLogs <= room.logBytes;
    }

    private static long bytes(List<Held> files) {
        return files.stream().mapToLong(Held::bytes).sum();
    }

    /** Returns some of the snapshots, and the logs behind the oldest of them. */
    Holdings keeping(Predicate<ZxidFile> snapshot) {
        List<Held> left =
                snapshots.stream().filter(each -> snapshot.test(each.file())).toList();
        int first = 0;
        // The last log that begins at or before the snapshot may hold what comes after it.
        while (!left.isEmpty()
                && first + 1 < logs.size()
                && logs.get(first + 1).file().zxid() <= left.get(0).file().zxid()) {
            first++;
        }
        return new Holdings(left, logs.subList(first, logs.size()), room);
    }

    /** Returns as many of the newest as fit, but always those from the zxid of a snapshot on, with the logs behind them. */
    Holdings fitting(long zxid) {
        Holdings left = this;
        while (!left.fit() && left.snapshots.get(0).file().zxid() < zxid) {
            long oldest = left.snapshots.get(0).file().zxid();
            left = left.keeping(each -> each.zxid() > oldest);
        }
        return left;
    }

    /** Returns the snapshots that others do not hold. */
    List<Path> snapshotsBeyond(Holdings others) {
        return beyond(snapshots, others.snapshots);
    }

    /** Returns the logs that others do not hold. */
    List<Path> logsBeyond(Holdings others) {
        return beyond(logs, others.logs);
    }

    private static List<Path> beyond(List<Held> all, List<Held> others) {
        Stream<Held> rest = all.stream().filter(each -> !others.contains(each));
        return rest.map(each -> each.file().path()).toList();
    }
}
