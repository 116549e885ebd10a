package baton.server.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writing a file, or forcing it to the disk, failed.
 *
 * <p>After a failed force the system may have dropped what it had not written, and a second force that succeeds proves
 * nothing. A log therefore refuses everything after this; the server has to stop, and to read its log again.
 */
public final class WriteFailedException extends StorageException {
    private static final long serialVersionUID = 1L;

    WriteFailedException(Path file, String step, IOException cause) {
        super("cannot " + step + " " + file + ": " + cause.getMessage(), cause);
    }

    /** Tells a full disk from other failures. */
    static StorageException of(Path file, String step, IOException cause) {
        return saysDiskFull(cause) ? new DiskFullException(file, cause) : new WriteFailedException(file, step, cause);
    }

    /** Says whether there was no space, as far as the message of the system tells. */
    static boolean saysDiskFull(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left")
                || message.contains("not enough space")
                || message.contains("Disk quota exceeded");
    }
}
