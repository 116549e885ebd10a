package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.runtime.RecoveredServer;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.files.PlainDirectory;
import baton.server.sim.files.Unreadable;
import baton.server.sim.history.HistoryCheck;
import baton.server.sim.history.Violation;
import baton.server.storage.RecoveredState;
import baton.server.storage.StorageException;
import baton.server.tree.PathHash;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges what a server makes of its files when it starts, or would make of them if the power failed now: rules INV-20 and
 * DP-26. What it does with them while it runs is for others ({@link SoundSnapshots}, {@link SpaceWitness}).
 */
final class RecoveryCheck {
    private final Run run;
    private final SimulatedDisk disk;
    private final ServerFiles files;
    private final FileDamage damage;
    private final DiskTroubles troubles;
    private final Restores restores;
    private final Chance images;

    /** Knows what a server must hold that has just recovered. */
    private HistoryCheck expected;

    /** @param images what of all that is not durable a power cut would leave */
    RecoveryCheck(Run run, MachineDisk disk, Restores restores, Chance images) {
        this.run = run;
        this.disk = disk.bytes();
        this.files = disk.files();
        this.damage = disk.damage();
        this.troubles = disk.troubles();
        this.restores = restores;
        this.images = images;
        this.expected = new HistoryCheck(run.history(), run.plan().bounds());
    }

    /** The process of that life has recovered, and is about to serve. */
    void recovered(int life, RecoveredServer opened) {
        RecoveredState found = opened.storage().recovered();
        found.cutLog().ifPresent(file -> run.reach(Reached.TORN_END_CUT));
        if (!found.corruptSnapshots().isEmpty()) {
            run.reach(Reached.OLDER_SNAPSHOT_USED);
        }
        requireReasonToPassOver(found.corruptSnapshots());
        if (restores.hasBegunAnEra(life, found.lastZxid())) {
            expected = new HistoryCheck(run.history(), run.plan().bounds());
        }
        run.history().chronicle().recovered(found.lastZxid());
        if (expected.hasQuotaInsideAnother()) {
            run.reach(Reached.QUOTA_INSIDE_A_QUOTA);
        }
        requireReadable(disk, opened.state());
        run.time().note("recovered", opened.state().tree().position().digest());
        run.time().trace(() -> "server starts from zxid " + found.lastZxid());
    }

    /** What it holds is what the history says. */
    void requireExpected(ServerState found) {
        StateDump.compare(expected, found);
    }

    /** What is left out has to have been damaged. */
    private void requireReasonToPassOver(List<Path> snapshots) {
        if (!damage.hasEverBeen() && !troubles.hasReadEverFailed() && !snapshots.isEmpty()) {
            throw new Violation("INV-20", "nothing was ever damaged, yet the server does without " + snapshots);
        }
    }

    /** A server refuses to start, and no damage is new. */
    void requireTroubles(StorageException refused) {
        if (!troubles.areThere()) {
            throw new Violation("INV-20", "nothing was damaged, yet the server refuses to start: " + refused);
        }
    }

    /** Another reader finds in the files what the server has found that has just opened them. Of damage it knows less. */
    private void requireReadable(SimulatedDisk opened, ServerState found) {
        if (damage.isThere()) {
            return;
        }
        Map<String, byte[]> contents = new TreeMap<>();
        ServerFiles.directories().stream()
                .flatMap(each -> opened.files(each).stream())
                .filter(each -> each.getParent().endsWith("version-2"))
                .forEach(each -> contents.put(each.getFileName().toString(), opened.contentOf(each)));
        try {
            StateDump.compare(new PlainDirectory(contents).read(), found);
        } catch (Unreadable unreadable) {
            throw new Violation(
                    "INV-20", "the server has started, but another reader says: " + unreadable.getMessage());
        }
    }

    /** What would be left if the power failed now is enough to start with, or refused for a reason. */
    void requireStart(PathHash hashes) {
        SimulatedDisk after = disk.afterPowerCut(images);
        RecoveredServer left;
        try {
            left = files.open(after, hashes);
        } catch (StorageException refused) {
            if (!damage.isNew() && !troubles.areThere()) {
                throw new Violation(
                        "INV-20", "nothing was damaged, yet if the power failed now the server refused: " + refused);
            }
            return;
        }
        requireReasonToPassOver(left.storage().recovered().corruptSnapshots());
        requireReadable(after, left.state());
        long lastZxid = left.storage().recovered().lastZxid();
        if (!restores.hasReplaced(lastZxid)) {
            run.history()
                    .chronicle()
                    .recoverable(lastZxid, left.state().tree().position().digest());
        }
    }

    /** What has decayed behind the server it has long found, and done without: rule DP-26. */
    void requireReplaced(PathHash hashes) {
        if (!damage.isBehind()) {
            return;
        }
        try {
            files.open(disk.afterPowerCut(images), hashes);
        } catch (StorageException refused) {
            throw new Violation("DP-26", "what has decayed while the server ran it still needs: " + refused);
        }
    }
}
