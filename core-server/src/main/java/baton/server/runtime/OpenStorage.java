package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.request.ServerState;
import baton.server.session.SessionIds;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.DirectorySizes;
import baton.server.storage.Disk;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.Repair;
import baton.server.storage.Replacement;
import baton.server.storage.SnapshotForm;
import baton.server.storage.StorageException;
import baton.server.storage.SystemRandom;
import baton.server.storage.TxnLog;
import baton.server.storage.UnkeptLog;
import baton.server.storage.WrittenSnapshot;
import baton.server.tree.PathHash;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The storage of a server, opened and read back: held until closed. */
public final class OpenStorage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpenStorage.class);

    /** For a server that opens a thousand sessions a second, seven weeks; then it trusts that its clock went on. */
    private static final long SESSIONS_A_RUN = 1L << 32;

    private static final int NEXT_LOG_BYTES_MIN = 1 << 20;

    /** How much of the memory two trees may take together. */
    private static final int TREES_PERCENT_OF_HEAP = 80;

    private final ServerState state;
    private final TxnLog txns;
    private final Optional<FileStorage> files;
    private final Recovering took;
    private final AtomicBoolean roomTaken = new AtomicBoolean();

    /** How long reading back took, and what part of that the snapshot. */
    record Recovering(long nanos, long snapshotNanos) {
        long logNanos() {
            return nanos - snapshotNanos;
        }
    }

    OpenStorage(ServerState state, TxnLog txns, Optional<FileStorage> files, Recovering took) {
        this.state = state;
        this.txns = txns;
        this.files = files;
        this.took = took;
    }

    /** Opens what the settings name on the disk of this machine. */
    public static OpenStorage open(ServerSettings settings) throws StorageException {
        return open(settings, hold(settings, Disk.ofSystem()), LoadProgress.unwatched());
    }

    /**
     * Takes hold of the directories that the settings name, if they name any: nothing of what lies there is read yet.
     *
     * @throws StorageException if they cannot be used
     */
    public static Optional<DataDirectory> hold(ServerSettings settings, Disk disk) throws StorageException {
        return settings.storage() instanceof StorageSettings.Files files
                ? Optional.of(DataDirectory.open(disk, files.dataDir(), files.logDir()))
                : Optional.empty();
    }

    /**
     * Recovers what the settings name.
     *
     * @param held their directories; taken over, also if this fails
     * @param progress run for everything that is read
     * @throws StorageException if it cannot be read back
     */
    public static OpenStorage open(ServerSettings settings, Optional<DataDirectory> held, LoadProgress progress)
            throws StorageException {
        StateReplay replay = new StateReplay(settings.sessions().tickMillis(), hashes(), progress);
        if (held.isEmpty() || !(settings.storage() instanceof StorageSettings.Files files)) {
            return new OpenStorage(replay.state(), new UnkeptLog(), Optional.empty(), new Recovering(0, 0));
        }
        if (!files.log().forceSync()) {
            log.warn("forceSync=no: writes are acknowledged before they are durable, a power cut loses the last ones");
        }
        return open(settings, files, held.get(), replay, System.nanoTime(), progress);
    }

    /**
     * Opens a directory with another state in place of what is there.
     *
     * @param held that of the settings, which are the same as before; taken over, also if this fails
     * @param lastZxid the last transaction of what is there
     * @param progress run for everything that is read, moved or written
     * @throws StorageException if it cannot be used; whether it was replaced the next start will find
     */
    public static OpenStorage open(
            ServerSettings settings, DataDirectory held, Replacement replacement, long lastZxid, LoadProgress progress)
            throws StorageException {
        long begin = System.nanoTime();
        try {
            replacement.commit(held, lastZxid);
            progress.run();
            StateReplay replay = new StateReplay(settings.sessions().tickMillis(), hashes(), progress);
            return open(settings, (StorageSettings.Files) settings.storage(), held, replay, begin, progress);
        } catch (StorageException | RuntimeException | Error e) {
            held.closeAfter(e);
            throw e;
        }
    }

    private static PathHash hashes() {
        return new PathHash(SystemRandom::nextLong);
    }

    private static OpenStorage open(
            ServerSettings settings,
            StorageSettings.Files files,
            DataDirectory held,
            StateReplay replay,
            long begin,
            Runnable between)
            throws StorageException {
        FileStorage storage = FileStorage.open(
                held,
                replay,
                new RecoveredSource(replay, settings.features().digestsKept()),
                digestCheck(settings),
                logSettings(settings, files),
                form(files.snapshots().packing()),
                between);
        Recovering took = new Recovering(System.nanoTime() - begin, replay.snapshotNanos());
        return new OpenStorage(replay.state(), storage.log(), Optional.of(storage), took);
    }

    /**
     * Takes hold of the directories that the settings name, to repair them.
     *
     * @throws StorageException if they cannot be used
     * @throws IllegalArgumentException if the settings name none
     */
    public static Repair repair(ServerSettings settings, Disk disk) throws StorageException {
        if (!(settings.storage() instanceof StorageSettings.Files files)) {
            throw new IllegalArgumentException("a server in memory has nothing to repair");
        }
        return new Repair(
                DataDirectory.open(disk, files.dataDir(), files.logDir()),
                new StateReplay(settings.sessions().tickMillis(), hashes()),
                digestCheck(settings),
                logSettings(settings, files));
    }

    private static DigestCheck digestCheck(ServerSettings settings) {
        return settings.features().digestsKept() ? DigestCheck.REFUSE : DigestCheck.WARN;
    }

    private static LogSettings logSettings(ServerSettings settings, StorageSettings.Files files) {
        return LogSettings.of(
                nextLogBytesMax(files.log()),
                files.log().forceSync(),
                files.log().fileBytesMax(),
                settings.limits().recordBytesMax(),
                files.reserveBytes());
    }

    // Somebody who wants little made ahead does not want a thousand files for it.
    private static int nextLogBytesMax(StorageSettings.Log settings) {
        return settings.preallocateBytes() == 0 ? 0 : Math.max(NEXT_LOG_BYTES_MIN, settings.preallocateBytes());
    }

    private static SnapshotForm form(StorageSettings.Packing packing) {
        return switch (packing) {
            case NONE -> SnapshotForm.PLAIN;
            case GZIP -> SnapshotForm.GZIP;
            case SNAPPY -> SnapshotForm.SNAPPY;
        };
    }

    /** Returns the nodes and sessions as they were read back. */
    public ServerState state() {
        return state;
    }

    TxnLog log() {
        return txns;
    }

    /** Returns the files; empty for a server in memory. */
    Optional<FileStorage> files() {
        return files;
    }

    /** Makes the names of new sessions: others than those of all sessions that the directory ever had. */
    public SessionIds sessionIds(int serverId, long nowMillis) {
        return sessionIds(serverId, nowMillis, state, files);
    }

    static SessionIds sessionIds(int serverId, long nowMillis, ServerState state, Optional<FileStorage> files) {
        long atLeast = Math.max(SessionIds.numberAt(nowMillis), state.sessions().largestRestored(serverId) + 1);
        long first = files.isPresent() ? files.get().takeNumbers(atLeast, SESSIONS_A_RUN) : atLeast;
        return new SessionIds(serverId, first);
    }

    /** Looks at how much the directories hold; nothing for a server in memory. Does I/O. */
    DirectorySizes sizes() {
        return files.isPresent() ? DirectorySizes.of(files.get().directory()) : DirectorySizes.NOTHING;
    }

    /** Returns how much the newest snapshot holds, as far as that is known. */
    long newestSnapshotBytes() {
        return files.isPresent() ? files.get().snapshots().newestBytes() : 0;
    }

    /** Returns the newest snapshot; none for a server in memory. */
    Optional<WrittenSnapshot> newestSnapshot() {
        return files.flatMap(storage -> storage.snapshots().newest());
    }

    /** Returns about how many bytes of memory the tree takes. */
    long treeBytes() {
        return state.tree().gate().readAlone(() -> state.tree().memoryBytes());
    }

    /** Returns how many bytes a second tree may take beside it. */
    long memoryBytesLeft() {
        return Runtime.getRuntime().maxMemory() / 100 * TREES_PERCENT_OF_HEAP - treeBytes();
    }

    /** Says whether nobody else makes a second tree; who then does gives the room back. Callable from any thread. */
    boolean takeRoom() {
        return roomTaken.compareAndSet(false, true);
    }

    void giveRoomBack() {
        roomTaken.set(false);
    }

    /** Returns how long reading back took. */
    Recovering took() {
        return took;
    }

    /** Says whether writes reach a disk, and so need a thread that waits for it. */
    boolean isOnDisk() {
        return files.isPresent();
    }

    /**
     * Forces what was appended, and gives up the directory held as it is, instead of {@link #close}.
     *
     * @throws IllegalStateException if this is the storage of a server in memory
     */
    DataDirectory handOver() throws StorageException {
        return files.orElseThrow(() -> new IllegalStateException("a server in memory has no directory to hand over"))
                .handOver();
    }

    /** Forces what was appended, and lets other servers in. */
    @Override
    public void close() throws StorageException {
        if (files.isPresent()) {
            files.get().close();
        } else {
            txns.close();
        }
    }
}
