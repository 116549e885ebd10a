package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.session.SessionIds;
import baton.server.session.SessionTable;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.Disk;
import baton.server.storage.FileSnapshots;
import baton.server.storage.FileStorage;
import baton.server.storage.LogSettings;
import baton.server.storage.Replacement;
import baton.server.storage.SnapshotForm;
import baton.server.storage.StorageException;
import baton.server.tree.PathHash;
import baton.server.tree.ZnodeTree;
import java.nio.file.Path;
import java.util.Optional;

/** The storage of a server and what it held, read back as {@link OpenStorage} does, with files as small as a test wants. */
public record RecoveredServer(FileStorage storage, ServerState state) {
    /** Opens a directory, new or old. */
    public static RecoveredServer open(
            Disk disk, Path dataDir, Path logDir, LogSettings log, int tickMillis, PathHash hashes)
            throws StorageException {
        return open(DataDirectory.open(disk, dataDir, logDir), log, tickMillis, hashes);
    }

    /**
     * Opens a directory with another state in place of what is there.
     *
     * @param held taken over, also if this fails
     * @param lastZxid the last transaction of what is there
     */
    public static RecoveredServer open(
            DataDirectory held,
            Replacement replacement,
            long lastZxid,
            LogSettings log,
            int tickMillis,
            PathHash hashes)
            throws StorageException {
        try {
            replacement.commit(held, lastZxid);
            return open(held, log, tickMillis, hashes);
        } catch (StorageException | RuntimeException | Error e) {
            held.closeAfter(e);
            throw e;
        }
    }

    private static RecoveredServer open(DataDirectory held, LogSettings log, int tickMillis, PathHash hashes)
            throws StorageException {
        StateReplay replay = new StateReplay(tickMillis, hashes);
        FileStorage storage = FileStorage.open(
                held, replay, new RecoveredSource(replay), DigestCheck.REFUSE, log, SnapshotForm.PLAIN);
        return new RecoveredServer(storage, replay.state());
    }

    /** Makes the directory of a server that has had so many transactions that nothing is left of any of them. */
    public static void begin(Disk disk, Path dataDir, Path logDir, int tickMillis, long zxid, PathHash hashes)
            throws StorageException {
        ZnodeTree tree = ZnodeTree.forRestore(hashes);
        tree.restored(zxid);
        try (DataDirectory directory = DataDirectory.open(disk, dataDir, logDir)) {
            ServerState state = new ServerState(tree, new SessionTable(tickMillis));
            new FileSnapshots(directory).write(new StateSnapshot(state, true), zxid);
        }
    }

    /** Makes what replaces all that the server holds. */
    public Restoration restoration(ServerSettings settings, Rebirth rebirth, Clock clock) {
        OpenStorage opened =
                new OpenStorage(state, storage.log(), Optional.of(storage), new OpenStorage.Recovering(0, 0));
        return new Restoration(settings, opened, new ServerMetrics(), rebirth, clock);
    }

    /** Makes the names of new sessions, as {@link OpenStorage} does. */
    public SessionIds sessionIds(int serverId, long nowMillis) {
        return OpenStorage.sessionIds(serverId, nowMillis, state, Optional.of(storage));
    }
}
