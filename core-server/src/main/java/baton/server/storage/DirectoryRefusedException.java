package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A data directory cannot be used: another server holds it, it cannot be written, or it holds what it must not. */
public final class DirectoryRefusedException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;
    private final boolean inUse;

    DirectoryRefusedException(Path directory, String problem) {
        this(directory, problem, null);
    }

    DirectoryRefusedException(Path directory, String problem, @Nullable Throwable cause) {
        this(directory, problem, cause, false);
    }

    private DirectoryRefusedException(Path directory, String problem, @Nullable Throwable cause, boolean inUse) {
        super("data directory " + directory + ": " + problem, cause);
        this.directory = directory;
        this.inUse = inUse;
    }

    /** Makes the exception for a directory that another server holds. */
    static DirectoryRefusedException inUse(Path directory, String holder) {
        return new DirectoryRefusedException(directory, "in use by another server" + holder, null, true);
    }

    /** Says whether another server holds the directory; otherwise there is something wrong with the directory. */
    public boolean isInUse() {
        return inUse;
    }

    /** Returns the directory that was to be used. */
    public Path directory() {
        return directory;
    }
}
