package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot cannot be read to its end, or does not match its seals.
 *
 * <p>Recovery takes the next older one; this is thrown to its caller only if none is left that the logs cover.
 */
public final class CorruptSnapshotException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String problem;

    CorruptSnapshotException(Path file, String problem) {
        this(file, problem, null);
    }

    CorruptSnapshotException(Path file, String problem, @Nullable Throwable cause) {
        super("snapshot " + file + ": " + problem, cause);
        this.file = file;
        this.problem = problem;
    }

    private CorruptSnapshotException(CorruptSnapshotException cause, String advice) {
        super(cause.getMessage() + advice, cause);
        this.file = cause.file;
        this.problem = cause.problem;
    }

    /** Returns the same with what can be done about it. */
    CorruptSnapshotException advising(String advice) {
        return new CorruptSnapshotException(this, advice);
    }

    /** Returns what is wrong with it. */
    public String problem() {
        return problem;
    }

    /** Returns the snapshot file. */
    public Path file() {
        return file;
    }
}
