package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import baton.server.sim.history.Violation;
import baton.server.storage.DiskFullException;
import baton.server.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Which calls to the disk fail, since there is something wrong with it that it tells: and whether that is reason enough for
 * a server to halt. How long calls take is told by {@link DiskDelays}.
 */
final class DiskTroubles {
    private final Run run;
    private final SimulatedDisk disk;

    /** Something may be in disorder, until a process begins behind the end of it all. */
    private boolean areThere;

    private boolean healed;

    /** Whether something fails until nothing goes wrong any more, and not only until the server has ended for it. */
    private boolean lasting;

    private int failingCalls;
    private int failingReads;
    private boolean onlyRead;
    private boolean fullAtSync;
    private boolean readFailed;

    DiskTroubles(Run run, SimulatedDisk disk) {
        this.run = run;
        this.disk = disk;
    }

    // How they come and go.

    void failSyncs(int count) {
        begin(count == Strike.ALWAYS);
        disk.failSyncs(count);
    }

    /** Lets the next calls fail that write, name or delete something. */
    void failCalls(int count) {
        begin(count == Strike.ALWAYS);
        failingCalls = count;
    }

    /** Lets the next syncs find that there is no space. */
    void fillAtSync(int count) {
        begin(count == Strike.ALWAYS);
        fullAtSync = true;
        disk.failSyncsForSpace(count);
    }

    /** Lets the next calls fail that read something. */
    void failReads(int count) {
        begin(count == Strike.ALWAYS);
        failingReads = count;
    }

    /** Lets all calls fail that do not only read, until somebody heals it. */
    void onlyRead() {
        begin(true);
        onlyRead = true;
    }

    void fill(int bytesLeft) {
        begin(false);
        disk.capacity(disk.usedBytes() + bytesLeft);
    }

    private void begin(boolean isLasting) {
        healed = false;
        areThere = true;
        lasting |= isLasting;
    }

    /** Lets calls succeed again. */
    void heal() {
        healed = true;
        disk.failSyncs(0);
        failingCalls = 0;
        failingReads = 0;
        onlyRead = false;
        lasting = false;
        fullAtSync = false;
        disk.capacity(Long.MAX_VALUE);
    }

    /** Whatever a process held in its memory for want of a disk is gone with it. */
    void processBegins() {
        areThere &= !healed;
    }

    // What they do.

    void beforeCall(String call, Path file) throws IOException {
        if (failingCalls > 0 && !call.equals("sync") && !call.equals("close")) {
            failingCalls--;
            run.reach(Reached.CALL_FAILED);
            fail(call, file, "Input/output error");
        }
        if (onlyRead && !call.equals("close")) {
            fail(call, file, "Read-only file system");
        }
    }

    void beforeReading(String call, Path file) throws IOException {
        if (failingReads > 0) {
            failingReads--;
            readFailed = true;
            run.reach(Reached.READ_FAILED);
            fail(call, file, "Input/output error");
        }
    }

    private void fail(String call, Path file, String why) throws IOException {
        run.time().trace(() -> call + " of " + file + " fails");
        throw new IOException(why);
    }

    // What they excuse.

    boolean areThere() {
        return areThere;
    }

    /** Says whether there are some until nothing goes wrong any more. */
    boolean areLasting() {
        return lasting;
    }

    /** Says whether anything could ever not be read: a reason as good as damage to do without it. */
    boolean hasReadEverFailed() {
        return readFailed;
    }

    /** Judges that the server has a reason to halt: rules DP-20 and DP-22. */
    void requireReason(StorageException halted) {
        if (!areThere) {
            throw new Violation("DP-20", "nothing was wrong with the disk, yet the server halts: " + halted);
        }
        boolean isFull = halted instanceof DiskFullException;
        if (isFull && !fullAtSync) {
            throw new Violation("DP-22", "the disk is full, but that must not end the server: " + halted);
        }
        run.reach(
                onlyRead
                        ? Reached.HALTED_BY_A_DISK_TO_BE_READ
                        : isFull ? Reached.HALTED_BY_A_FULL_DISK_AT_SYNC : Reached.HALTED_BY_THE_DISK);
    }
}
