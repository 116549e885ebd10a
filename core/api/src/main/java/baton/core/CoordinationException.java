package baton.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An operation on a core, or a recipe over it, that did not end well. {@link #code} tells what to make of it. */
public class CoordinationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CoreError code;
    private final transient @Nullable NodePath path;

    public CoordinationException(CoreError code, @Nullable NodePath path, String message) {
        this(code, path, message, null);
    }

    public CoordinationException(CoreError code, @Nullable NodePath path, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.path = path;
    }

    public CoreError code() {
        return code;
    }

    /** The node it is about, if it is about one. */
    public Optional<NodePath> path() {
        return Optional.ofNullable(path);
    }
}
