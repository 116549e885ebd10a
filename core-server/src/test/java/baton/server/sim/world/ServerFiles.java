package baton.server.sim.world;

import baton.server.runtime.RecoveredServer;
import baton.server.sim.SimulatedDisk;
import baton.server.storage.DataDirectory;
import baton.server.storage.Disk;
import baton.server.storage.LogSettings;
import baton.server.storage.Replacement;
import baton.server.storage.StorageException;
import baton.server.tree.PathHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the server keeps its files on the machine's disk, and how they are opened; not what goes wrong with them. */
final class ServerFiles {
    static final int RESERVE_FILE_BYTES = 16_000;

    private static final Path DATA = Path.of("/sim");
    private static final Path LOGS = Path.of("/sim-log");
    private static final int SPACE_RESERVE_BYTES = 3_000;

    private final SimulatedDisk disk;
    private final Plan plan;

    ServerFiles(SimulatedDisk disk, Plan plan) {
        this.disk = disk;
        this.plan = plan;
    }

    /** Returns all directories that any plan uses. */
    static List<Path> directories() {
        return List.of(DATA, LOGS);
    }

    Path logDirectory() {
        return plan.twoDirectories() ? LOGS : DATA;
    }

    /** Returns how much space should always be left; 0 if nobody cares. */
    int spaceReserveBytes() {
        return plan.has(Fault.DISK_FULL) ? SPACE_RESERVE_BYTES : 0;
    }

    // How they are opened.

    /** Makes those of a server whose first zxid is to be the plan's. */
    void begin(PathHash hashes) throws StorageException {
        RecoveredServer.begin(disk, DATA, logDirectory(), plan.tickMillis(), plan.firstZxid() - 1, hashes);
    }

    RecoveredServer open(Disk used, PathHash hashes) throws StorageException {
        return RecoveredServer.open(used, DATA, logDirectory(), logSettings(), plan.tickMillis(), hashes);
    }

    /** Opens what is there when a server has given way to what replaces everything. */
    RecoveredServer open(DataDirectory held, Replacement replacement, long lastZxid, PathHash hashes)
            throws StorageException {
        return RecoveredServer.open(held, replacement, lastZxid, logSettings(), plan.tickMillis(), hashes);
    }

    private LogSettings logSettings() {
        return new LogSettings(
                plan.roomBytes(),
                true,
                plan.fileBytesMax(),
                plan.limits().recordBytesMax(),
                spaceReserveBytes(),
                RESERVE_FILE_BYTES);
    }

    // Which there are.

    /** Returns all files in the directories that the plan uses. */
    List<Path> all() {
        return Stream.of(DATA, LOGS).flatMap(each -> disk.files(each).stream()).toList();
    }

    /** Returns all logs and snapshots. */
    List<Path> recorded() {
        return all().stream().filter(each -> isLog(each) || isSnapshot(each)).toList();
    }

    @Nullable
    Path newestLog() {
        return recorded().stream()
                .filter(ServerFiles::isLog)
                .max(Comparator.comparingLong(each ->
                        Long.parseUnsignedLong(each.getFileName().toString().substring("log.".length()), 16)))
                .orElse(null);
    }

    static boolean isLog(Path file) {
        return file.getFileName().toString().startsWith("log.");
    }

    private static boolean isSnapshot(Path file) {
        return file.getFileName().toString().startsWith("snapshot.");
    }

    // What they hold.

    /** Writes them to the real disk, below a directory of this machine's. */
    void export(Path target) throws IOException {
        disk.export(DATA, target.resolve("data"));
        disk.export(LOGS, target.resolve("logs"));
    }

    /** Takes into the run's hash what they hold. */
    void noteIn(Run run) {
        if (run.defect() == Defect.IDENTITY_REACHES_A_FILE) {
            disk.put(DATA.resolve("process"), new byte[] {(byte) System.identityHashCode(this)});
        }
        all().stream()
                .sorted()
                .forEach(each -> run.time().note(each.toString(), Arrays.hashCode(disk.contentOf(each))));
    }
}
