package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import baton.server.sim.history.History;
import baton.server.txn.LogSpace.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at the disk whenever the server does, and says what that must, and what it may at most, make of it: rules DP-11 and
 * DP-12. It has to have half as much again before it calls low space ample, and may have called it low before.
 */
final class SpaceWitness {
    /** Below this part of what should be left nothing is taken but what gives space back. */
    private static final int SPENT_PART = 4;

    private final SimulatedDisk disk;
    private final List<Path> directories;
    private final long reserveBytes;
    private final int reserveFileBytes;
    private final History history;
    private Level mildest = Level.AMPLE;
    private Level severest = Level.AMPLE;
    private int writesWithoutSpaceSeen;

    /**
     * @param reserveBytes how much should always be left; 0 if nobody cares
     * @param reserveFileBytes of the file that the log falls back on
     */
    SpaceWitness(SimulatedDisk disk, List<Path> directories, long reserveBytes, int reserveFileBytes, History history) {
        this.disk = disk;
        this.directories = List.copyOf(directories);
        this.reserveBytes = reserveBytes;
        this.reserveFileBytes = reserveFileBytes;
        this.history = history;
    }

    /** The server looks. */
    void looks() {
        long usable = disk.usableBytes(directories.get(0));
        mildest = usable < reserveBytes ? Level.LOW : Level.AMPLE;
        severest = severest(usable);
        writesWithoutSpaceSeen = disk.writesWithoutSpace();
    }

    private Level severest(long usable) {
        long low = reserveBytes == 0 ? 0 : Math.max(reserveBytes, 2 * largestSnapshotBytes());
        long spent = low / SPENT_PART;
        if (!hasReserve() || usable < spent + spent / 2) {
            return Level.SPENT;
        }
        return usable < low + low / 2 ? Level.LOW : Level.AMPLE;
    }

    private Stream<Path> files() {
        return directories.stream().flatMap(each -> disk.files(each).stream());
    }

    private long largestSnapshotBytes() {
        return files().filter(each -> each.getFileName().toString().startsWith("snapshot."))
                .mapToLong(disk::sizeOf)
                .max()
                .orElse(0);
    }

    private boolean hasReserve() {
        return files().anyMatch(each -> each.endsWith("reserve") && disk.sizeOf(each) == reserveFileBytes);
    }

    /** The server goes by what it saw last from now on, or by a write that has found no space since. */
    void takenUp() {
        boolean ranOut = disk.writesWithoutSpace() > writesWithoutSpaceSeen;
        history.spaceTakenUp(mildest, ranOut ? Level.SPENT : severest);
    }
}
