package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file could not be written for want of space.
 *
 * <p>For a log this is as final as a {@link WriteFailedException}: part of a record may stand in the file. Make room
 * and start the server again.
 */
public final class DiskFullException extends StorageException {
    private static final long serialVersionUID = 1L;

    DiskFullException(Path file, @Nullable Throwable cause) {
        super("no space left to write " + file + ": make room in " + file.getParent() + " and start again", cause);
    }
}
