package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.sim.SimulatedDisk;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * One seed: a storage that is written to, rolled, snapshotted, purged, closed, killed and deprived of its power, whose
 * disk fails and fills up, and that has to come back each time with everything it acknowledged and nothing else.
 */
final class StorageRun {
    /** What a run has seen; a seed that never gets there tests nothing. */
    enum Reached {
        POWER_CUT,
        KILLED,
        CRASH_WHILE_RECOVERING,
        UNFINISHED_END_CUT,
        SYNC_FAILED,
        RESERVE_TAKEN,
        NEXT_LOG_TAKEN,
        CRASH_WHILE_THE_NEXT_LOG_IS_MADE,
        DISK_FULL,
        CLEAN_STOP,
        SNAPSHOT_FAILED,
        PURGED
    }

    private static final Path DIR = Path.of("/sim");
    private static final int ROOM_BYTES_MAX = 4000;
    private static final int RESERVE_FILE_BYTES = 8000;

    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private final Disk used;
    private final Path logDir;
    private final LogSettings settings;
    private final SnapshotForm form;
    private final boolean faulty;
    private final boolean tight;
    private final Map<Reached, Integer> reached = new EnumMap<>(Reached.class);

    /** Everything that was ever appended and may still be there, entry n at n - 1. */
    private final List<TxnEntry> history = new ArrayList<>();

    private ModelTree appended = new ModelTree();
    private ModelTree durable = new ModelTree();
    private ModelTree.Author author = new ModelTree.Author(appended);
    private FileStorage storage;
    private long acknowledged;
    private long now;
    private boolean armed;

    /** Draws everything from the seed. */
    StorageRun(long seed, UnaryOperator<Disk> defect) throws StorageException {
        random = new SplittableRandom(seed);
        SimulatedDisk.Kernel kernel =
                random.nextBoolean() ? SimulatedDisk.Kernel.STRICT : SimulatedDisk.Kernel.JOURNALLING;
        disk = new SimulatedDisk(random.split(), kernel, random.nextBoolean() ? 512 : 4096);
        used = defect.apply(disk);
        logDir = random.nextBoolean() ? DIR : Path.of("/sim-log");
        settings = new LogSettings(
                random.nextInt(3) * ROOM_BYTES_MAX / 2, true, random.nextInt(2) * 2000, 3000, 0, RESERVE_FILE_BYTES);
        form = SnapshotForm.values()[random.nextInt(3)];
        faulty = random.nextInt(3) == 0;
        tight = random.nextInt(3) == 0;
        recover();
    }

    Map<Reached, Integer> reached() {
        return reached;
    }

    SimulatedDisk disk() {
        return disk;
    }

    Path logVersion() {
        return logDir.resolve("version-2");
    }

    static Path dataVersion() {
        return DIR.resolve("version-2");
    }

    /** Returns what must be there after everything was closed. */
    List<String> expected() {
        return durable.dump();
    }

    void run(int steps) throws StorageException {
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (SimulatedDisk.Crash crash) {
                die();
                recover();
            } catch (StorageException halted) {
                assertTrue(armed, () -> "nothing was wrong with the disk, but " + halted);
                saw(halted instanceof DiskFullException ? Reached.DISK_FULL : Reached.SYNC_FAILED);
                die();
                recover();
            }
        }
        heal();
        disk.crashAfter(Long.MAX_VALUE);
        close();
        recover();
        close();
    }

    /** Opens what is there, and returns it as lines. */
    List<String> reopen() throws StorageException {
        ModelTree found = new ModelTree();
        open(found).close();
        return found.dump();
    }

    private void step() throws StorageException {
        switch (random.nextInt(24)) {
            case 0 -> snapshot();
            case 1 -> storage.log().roll();
            case 2 -> {
                if (!storage.snapshots().purge(3).isEmpty()) {
                    saw(Reached.PURGED);
                    assertFalse(storage.snapshots().isCrowded(), "what a purge leaves takes too much of the volume");
                }
            }
            case 3 -> {
                now += TimeUnit.SECONDS.toNanos(2);
                storage.log().upkeep(now);
            }
            case 4 -> {
                close();
                saw(Reached.CLEAN_STOP);
                recover();
            }
            case 5 -> disk.crashAfter(random.nextInt(60));
            case 6 -> {
                if (faulty) {
                    disk.failSyncs(1);
                    armed = true;
                }
            }
            case 7 -> {
                if (tight) {
                    disk.capacity(disk.usedBytes() + random.nextInt(6000));
                    armed = true;
                }
            }
            case 8 -> {
                if (tight) {
                    heal();
                    prepareReserve();
                }
            }
            case 9, 10 -> fillNextLog();
            default -> write();
        }
    }

    private void write() throws StorageException {
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            TxnEntry entry = author.write(transaction());
            history.add(entry);
            storage.log().append(entry);
        }
        boolean ready = storage.reserve().isReady();
        boolean nextReady = storage.nextLog().readyBytes() > 0;
        acknowledge(storage.log().force());
        if (nextReady && storage.nextLog().readyBytes() == 0) {
            saw(Reached.NEXT_LOG_TAKEN);
        }
        if (ready && !storage.reserve().isReady()) {
            saw(Reached.RESERVE_TAKEN);
        }
    }

    private void fillNextLog() throws StorageException {
        if (!storage.nextLog().isWanted()) {
            return;
        }
        try {
            storage.nextLog().fill();
        } catch (SimulatedDisk.Crash crash) {
            saw(Reached.CRASH_WHILE_THE_NEXT_LOG_IS_MADE);
            throw crash;
        } catch (DiskFullException | WriteFailedException e) {
            assertTrue(armed, () -> "nothing was wrong with the disk, but " + e);
        }
    }

    private void acknowledge(long zxid) {
        for (long each = durable.lastZxid() + 1; each <= zxid; each++) {
            durable.apply(history.get((int) each - 1));
        }
        acknowledged = zxid;
    }

    /** Takes one that is finished after the transaction it is named by. */
    private void snapshot() throws StorageException {
        storage.log().roll();
        acknowledge(history.size());
        long zxid = Math.max(0, acknowledged - random.nextInt(3));
        try {
            storage.snapshots().write(durable, zxid);
        } catch (DiskFullException | WriteFailedException e) {
            assertTrue(armed, () -> "nothing was wrong with the disk, but " + e);
            saw(Reached.SNAPSHOT_FAILED);
        }
    }

    private void prepareReserve() throws StorageException {
        try {
            storage.reserve().prepare();
        } catch (DiskFullException | WriteFailedException e) {
            assertTrue(armed, () -> "nothing was wrong with the disk, but " + e);
        }
    }

    private Txn transaction() {
        List<String> paths = appended.nodes.keySet().stream()
                .filter(each -> each.startsWith("/n") && appended.nodes.get(each).owner == 0)
                .toList();
        String path = paths.isEmpty() ? "" : paths.get(random.nextInt(paths.size()));
        List<Acl> acl = random.nextBoolean() ? Acl.OPEN : List.of(new Acl(1 + random.nextInt(31), "world", "anyone"));
        String child = path + "/n" + random.nextInt(6);
        boolean free = !appended.nodes.containsKey(child);
        Bytes content = Bytes.utf8("x".repeat(random.nextInt(300)));
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> free ? author.creation(child, content, acl, random.nextInt(4) == 0) : new Txn.Failed(-110);
            case 3, 4 -> path.isEmpty() ? new Txn.Failed(-101) : set(path, content);
            case 5 -> path.isEmpty() ? new Txn.Failed(-101) : new Txn.SetAcl(path, acl, random.nextInt(9));
            case 6 -> isLeaf(path) ? new Txn.Delete(path) : new Txn.Failed(-111);
            case 7 -> new Txn.CreateSession(1000 + random.nextInt(9000));
            default -> free ? new Txn.Multi(List.of(author.creation(child, content, acl, false))) : closing();
        };
    }

    private Txn.SetData set(String path, Bytes content) {
        return new Txn.SetData(path, content, appended.nodes.get(path).version + 1);
    }

    private boolean isLeaf(String path) {
        return !path.isEmpty() && appended.nodes.keySet().stream().noneMatch(each -> each.startsWith(path + "/"));
    }

    private Txn.CloseSession closing() {
        return new Txn.CloseSession(appended.nodes.entrySet().stream()
                .filter(each -> each.getValue().owner == ModelTree.Author.SESSION)
                .map(Map.Entry::getKey)
                .toList());
    }

    private void close() throws StorageException {
        storage.close();
        acknowledge(history.size());
    }

    private void heal() {
        disk.failSyncs(0);
        disk.capacity(Long.MAX_VALUE);
        armed = false;
    }

    private void die() {
        if (random.nextBoolean()) {
            disk.kill();
            saw(Reached.KILLED);
        } else {
            disk.cutPower();
            saw(Reached.POWER_CUT);
        }
    }

    private void recover() throws StorageException {
        ModelTree found = new ModelTree();
        for (; ; ) {
            try {
                if (random.nextInt(6) == 0) {
                    disk.crashAfter(random.nextInt(12));
                }
                storage = open(found);
                disk.crashAfter(Long.MAX_VALUE);
                break;
            } catch (SimulatedDisk.Crash crash) {
                saw(Reached.CRASH_WHILE_RECOVERING);
                die();
            } catch (DiskFullException | WriteFailedException e) {
                assertTrue(armed, () -> "nothing was wrong with the disk, but " + e);
                heal();
                die();
            }
        }
        storage.recovered().cutLog().ifPresent(file -> saw(Reached.UNFINISHED_END_CUT));
        check(found);
        durable = found;
        appended = replayed(found.lastZxid());
        author = new ModelTree.Author(appended);
        history.subList((int) found.lastZxid(), history.size()).clear();
        acknowledged = found.lastZxid();
        disk.evict();
    }

    private FileStorage open(ModelTree found) throws StorageException {
        return FileStorage.open(
                DataDirectory.open(used, DIR, logDir), found, found, DigestCheck.REFUSE, settings, form);
    }

    private void check(ModelTree found) {
        long zxid = found.lastZxid();
        assertTrue(zxid >= acknowledged, () -> "recovered " + zxid + ", but acknowledged was " + acknowledged);
        assertTrue(zxid <= history.size(), () -> "recovered " + zxid + ", but appended was " + history.size());
        assertEquals(replayed(zxid).dump(), found.dump(), () -> "the state at " + zxid);
    }

    private ModelTree replayed(long zxid) {
        ModelTree tree = new ModelTree();
        history.subList(0, (int) zxid).forEach(tree::apply);
        return tree;
    }

    private void saw(Reached what) {
        reached.merge(what, 1, Integer::sum);
    }
}
