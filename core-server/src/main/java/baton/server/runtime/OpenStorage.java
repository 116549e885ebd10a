package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.request.ServerState;
import baton.server.storage.DataDirectory;
import baton.server.storage.DigestCheck;
import baton.server.storage.FileLog;
import baton.server.storage.FileSnapshots;
import baton.server.storage.FileStorage;
import baton.server.storage.MemoryLog;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import java.util.Optional;

/** The storage of a server, opened and read back: held until closed. */
public final class OpenStorage implements AutoCloseable {
    private final ServerState state;
    private final TxnLog log;
    private final Optional<FileStorage> files;

    private OpenStorage(ServerState state, TxnLog log, Optional<FileStorage> files) {
        this.state = state;
        this.log = log;
        this.files = files;
    }

    /**
     * Opens what the settings name, and recovers it.
     *
     * @throws StorageException if it cannot be used, or not be read back
     */
    public static OpenStorage open(ServerSettings settings) throws StorageException {
        StateReplay replay = new StateReplay(settings.sessions().tickMillis());
        if (!(settings.storage() instanceof StorageSettings.Files files)) {
            return new OpenStorage(replay.state(), MemoryLog.keepingLast(0, 0), Optional.empty());
        }
        FileStorage storage = FileStorage.open(
                DataDirectory.open(files.dataDir(), files.logDir()),
                replay,
                new RecoveredSource(replay),
                DigestCheck.REFUSE,
                Math.min(files.preallocateBytes(), FileLog.ROOM_BYTES_DEFAULT));
        return new OpenStorage(replay.state(), storage.log(), Optional.of(storage));
    }

    /** Returns the nodes and sessions as they were read back. */
    public ServerState state() {
        return state;
    }

    TxnLog log() {
        return log;
    }

    /** Returns where snapshots are written; empty for a server in memory. */
    Optional<FileSnapshots> snapshots() {
        return files.map(FileStorage::snapshots);
    }

    /** Says whether writes reach a disk, and so need a thread that waits for it. */
    boolean isOnDisk() {
        return files.isPresent();
    }

    /** Forces what was appended, and lets other servers in. */
    @Override
    public void close() throws StorageException {
        if (files.isPresent()) {
            files.get().close();
        } else {
            log.close();
        }
    }
}
