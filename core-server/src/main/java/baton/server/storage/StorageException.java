package baton.server.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The disk, or what is written on it, does not let the server go on.
 *
 * <p>Retrying helps with none of them. Each kind says what does.
 */
public abstract sealed class StorageException extends IOException
        permits CorruptLogException,
                CorruptSnapshotException,
                DirectoryRefusedException,
                DiskFullException,
                StuckDiskException,
                WriteFailedException {
    private static final long serialVersionUID = 1L;

    StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
