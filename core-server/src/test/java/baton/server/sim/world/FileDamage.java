package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import baton.server.storage.LogDamage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has become of files that nobody wrote to, and no error said so: rule DSK-5. One damage at a time: of what is damaged
 * twice there may be no copy left that shows it. What calls tell who makes them is the matter of {@link DiskTroubles}.
 */
final class FileDamage {
    private final Run run;
    private final Plan plan;
    private final SimulatedDisk disk;
    private final ServerFiles files;

    private @Nullable Runnable mend;
    private BooleanSupplier isThere = () -> false;
    private @Nullable Path damaged;

    /** Whether it is behind the running server that a file has decayed last, and whether that has read it since. */
    private boolean behind;

    private boolean read;

    FileDamage(Run run, SimulatedDisk disk, ServerFiles files) {
        this.run = run;
        this.plan = run.plan();
        this.disk = disk;
        this.files = files;
    }

    // How it comes.

    /** A file may decay while nobody has it open. */
    void decay(Chance drawn) {
        if (run.defect() == Defect.CHECKSUM_IGNORED) {
            LogDamage.flipUnnoticed(disk, files.logDirectory(), drawn::below);
        } else if (run.defect() == Defect.ZERO_LENGTH_ENDS_LOG) {
            LogDamage.endEarly(disk, files.logDirectory(), drawn::below);
        } else if (!isThere()) {
            List<Path> all = files.all();
            decay(all.get(drawn.below(all.size())), false, drawn);
        }
    }

    /** A file may decay with which the running server is done. */
    void decayBehind(Chance drawn) {
        Path newest = files.newestLog();
        List<Path> done = files.recorded().stream()
                .filter(each -> !each.equals(newest) && disk.isDurable(each))
                .toList();
        if (!isThere() && !done.isEmpty()) {
            decay(done.get(drawn.below(done.size())), true, drawn);
        }
    }

    private void decay(Path file, boolean isBehind, Chance drawn) {
        Decay decay = Decay.of(disk.contentOf(file), plan.sectorBytes(), drawn);
        if (decay.isIn(decay.decayed()) && !isAllThatKnows(file, decay)) {
            behind = isBehind;
            read = false;
            disk.replace(file, decay.decayed());
            run.time().trace(() -> "decay of " + file + ": " + decay);
            damaged = file;
            isThere = () -> disk.exists(file) && decay.isIn(disk.contentOf(file));
            mend = () -> {
                if (isThere()) {
                    disk.replace(file, decay.mended(disk.contentOf(file)));
                }
            };
        }
    }

    /** Of sessions that ended nothing else need show which numbers they had. */
    private static boolean isAllThatKnows(Path file, Decay decay) {
        return file.endsWith("numbers") && decay.isOfAll();
    }

    /** Something may become of whole files while nobody has them open. */
    void lose(Chance drawn) {
        if (isThere()) {
            return;
        }
        FileLoss loss = FileLoss.strike(disk, files.recorded(), plan.sectorBytes(), drawn);
        if (!loss.files().isEmpty()) {
            run.time().trace(() -> "loss " + loss);
            behind = false;
            damaged = loss.files().get(0);
            isThere = loss::isThere;
            mend = loss::mend;
            if (loss.isOfAllSnapshots()) {
                run.reach(Reached.ALL_SNAPSHOTS_UNREADABLE);
            }
        }
    }

    // What is known of it.

    /** Says whether there is damage now. */
    boolean isThere() {
        return isThere.getAsBoolean();
    }

    /** Says whether there is damage in the file now. */
    boolean isIn(Path file) {
        return file.equals(damaged) && isThere();
    }

    /** Says whether there is damage in a snapshot now, the last that was damaged. */
    boolean isInASnapshot() {
        return isThere() && damaged.toString().contains("snapshot");
    }

    boolean hasEverBeen() {
        return damaged != null;
    }

    /** Says whether no server has started since it came. */
    boolean isNew() {
        return mend != null;
    }

    /** Says whether it is behind the running server that a file has decayed, and no other has started since. */
    boolean isBehind() {
        return behind && isNew();
    }

    /** Says whether there is decay behind the running server, which has read it. */
    boolean isBehindAndRead() {
        return behind && read && isThere();
    }

    // What becomes of it.

    /** The running server reads the file again. */
    void readAgain(Path file) {
        read |= file.equals(damaged);
    }

    /** A server has started all the same. */
    void harmless() {
        if (mend != null) {
            run.reach(Reached.ROT_HARMLESS);
            mend = null;
        }
    }

    /** A server has refused to start for it, and what can be put back is. */
    void refused() {
        mend.run();
        mend = null;
        run.reach(Reached.ROT_REFUSED);
    }
}
