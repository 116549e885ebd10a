package baton.spring.config;

import java.util.Optional;

/** An import could not be read at the start. */
public final class ImportRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Why why;

    ImportRefusedException(Why why, ConfigImport what, String message, Optional<Throwable> cause) {
        super(what + " " + message, cause.orElse(null));
        this.why = why;
    }

    public Why why() {
        return why;
    }

    /** What stood in the way. */
    public enum Why {
        /** The store did not answer in time. */
        UNREACHABLE,
        NO_NODE,
        /** The store does not let this application read it. */
        DENIED,
        /** The document does not parse. */
        MALFORMED
    }
}
