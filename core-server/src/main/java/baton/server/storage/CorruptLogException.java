package baton.server.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A transaction log does not hold the history it must hold: bytes are damaged, or transactions are missing.
 *
 * <p>Nothing was changed on disk. What was acknowledged may lie at or behind the place named, so the server does not
 * start; restore the file from a backup, or from another member of the ensemble.
 */
public final class CorruptLogException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;

    CorruptLogException(Path file, long offset, String problem) {
        this(file, offset, problem, null);
    }

    CorruptLogException(Path file, long offset, String problem, @Nullable Throwable cause) {
        super("transaction log " + file + " at byte " + offset + ": " + problem, cause);
        this.file = file;
        this.offset = offset;
    }

    private CorruptLogException(CorruptLogException cause, String advice) {
        super(cause.getMessage() + advice, cause);
        this.file = cause.file;
        this.offset = cause.offset;
    }

    /** Returns the same with what can be done about it. */
    CorruptLogException advising(String advice) {
        return new CorruptLogException(this, advice);
    }

    /** Returns the log file. */
    public Path file() {
        return file;
    }

    /** Returns the position of the record's first byte in the file. */
    public long offset() {
        return offset;
    }
}
