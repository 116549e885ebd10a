package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A data directory cannot be used: another server holds it, it cannot be written, or it holds what it must not. */
public final class DirectoryRefusedException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;

    DirectoryRefusedException(Path directory, String problem) {
        this(directory, problem, null);
    }

    DirectoryRefusedException(Path directory, String problem, @Nullable Throwable cause) {
        super("data directory " + directory + ": " + problem, cause);
        this.directory = directory;
    }

    /** Returns the directory that was to be used. */
    public Path directory() {
        return directory;
    }
}
