package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file could not be written for want of space.
 *
 * <p>For a log this is as final as a {@link WriteFailedException}: part of a record may stand in the file, and the server has to
 * be started again. What stands beside it is tried again while the server runs, so its message asks for room alone.
 */
public final class DiskFullException extends StorageException {
    private static final long serialVersionUID = 1L;

    DiskFullException(Path file, @Nullable Throwable cause) {
        super("no space left to write " + file + ": make room in " + file.getParent(), cause);
    }
}
