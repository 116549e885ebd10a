package baton.server.auth;

import baton.protocol.Bytes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients that say which ensemble they look for, by the scheme {@code ensemble}, so that one that has dialled another by
 * mistake goes away before it asks anything.
 *
 * <p>It proves nothing about who somebody is: it adds no identity, and no list may name it.
 */
public final class EnsembleCalls {
    public static final String NAME = "ensemble";

    /** What a call comes to. */
    public enum Outcome {
        /** This ensemble is called so. */
        MEANT,
        /** The client calls none, or this ensemble has no name. */
        UNSAID,
        /** Another ensemble is meant, and the client must be turned away. */
        STRAYED
    }

    private final Set<String> names;

    /** @param names what this ensemble is called; empty if whatever is called is taken */
    EnsembleCalls(Set<String> names) {
        this.names = Set.copyOf(names);
    }

    /** Judges the name that a client calls, in UTF-8. */
    public Outcome judge(@Nullable Bytes called) {
        if (called == null || called.size() == 0 || names.isEmpty()) {
            return Outcome.UNSAID;
        }
        return names.contains(called.utf8()) ? Outcome.MEANT : Outcome.STRAYED;
    }
}
