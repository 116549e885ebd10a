package baton.server.runtime;

import baton.protocol.Acl;
import baton.server.request.ServerState;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedServer;
import baton.server.sim.SimulatedStorage;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.NodeOutput;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotForm;
import baton.server.storage.SnapshotSource;
import baton.server.storage.StorageException;
import baton.server.tree.SeededHash;
import baton.server.txn.TxnEntry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The storage of production, logs and snapshots and recovery, under a simulated server and over a simulated disk. */
public final class StoredHistory implements SimulatedStorage {
    private static final Path DIR = Path.of("/sim");
    private static final LogSettings SETTINGS = new LogSettings(2000, true, 4000, 100_000, 0, 200_000);
    private static final int SNAPSHOTS_KEPT = 3;

    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private final SnapshotForm form;
    private final ArrayDeque<TxnEntry> unforced = new ArrayDeque<>();
    private FileStorage storage;
    private long nowNanos;
    private StateReplay replay = new StateReplay(SimulatedServer.TICK_MILLIS, SeededHash.of(1));

    /** Opens an empty directory; everything that is left to chance follows from the seed. */
    public StoredHistory(long seed) {
        random = new SplittableRandom(seed);
        SimulatedDisk.Kernel kernel =
                random.nextBoolean() ? SimulatedDisk.Kernel.STRICT : SimulatedDisk.Kernel.JOURNALLING;
        disk = new SimulatedDisk(random.split(), kernel, random.nextBoolean() ? 512 : 4096);
        form = SnapshotForm.values()[random.nextInt(SnapshotForm.values().length)];
        storage = open(DigestCheck.REFUSE);
    }

    @Override
    public void append(TxnEntry entry) {
        unforced.add(entry);
    }

    @Override
    public int pending() {
        return unforced.size();
    }

    @Override
    public long force(int count) {
        try {
            for (int left = count; left > 0 && !unforced.isEmpty(); left--) {
                storage.log().append(unforced.remove());
            }
            long durable = storage.log().force();
            if (random.nextInt(20) == 0) {
                storage.log().roll();
            }
            if (random.nextInt(20) == 0) {
                nowNanos += TimeUnit.SECONDS.toNanos(2);
                storage.log().upkeep(nowNanos);
            }
            return durable;
        } catch (StorageException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void snapshot(ServerState state, Runnable between) {
        StateSnapshot snapshot = new StateSnapshot(state, true);
        try {
            storage.snapshots().write(new Interrupted(snapshot, between), snapshot.zxid());
            storage.snapshots().purge(SNAPSHOTS_KEPT);
        } catch (StorageException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ServerState crash(int survivors) {
        try {
            for (int left = survivors; left > 0 && !unforced.isEmpty(); left--) {
                storage.log().append(unforced.remove());
            }
            disk.crashAfter(random.nextInt(4));
            storage.log().force();
            storage.log().roll();
        } catch (SimulatedDisk.Crash crash) {
            // That is what was wanted: some of it is on its way to the disk.
        } catch (StorageException e) {
            throw new UncheckedIOException(e);
        }
        unforced.clear();
        if (random.nextBoolean()) {
            disk.cutPower();
        } else {
            disk.kill();
        }
        return start(DigestCheck.REFUSE);
    }

    /** Starts on what is on the disk, at the end of a process or when no start has succeeded since; throws what it throws. */
    public ServerState start(DigestCheck digestCheck) {
        storage = open(digestCheck);
        return replay.state();
    }

    private FileStorage open(DigestCheck digestCheck) {
        replay = new StateReplay(SimulatedServer.TICK_MILLIS, SeededHash.of(1));
        try {
            return FileStorage.open(
                    DataDirectory.open(disk, DIR, DIR),
                    replay,
                    new RecoveredSource(replay),
                    digestCheck,
                    SETTINGS,
                    form);
        } catch (StorageException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets something happen between any two nodes. */
    private record Interrupted(SnapshotSource source, Runnable between) implements SnapshotSource {
        @Override
        public Map<Long, Integer> sessions() {
            return source.sessions();
        }

        @Override
        public Map<Long, List<Acl>> acls() {
            return source.acls();
        }

        @Override
        public void writeNodes(NodeOutput out) {
            source.writeNodes(() -> {
                between.run();
                return out.next();
            });
        }

        @Override
        public Optional<SnapshotDigest> digest() {
            return source.digest();
        }
    }
}
