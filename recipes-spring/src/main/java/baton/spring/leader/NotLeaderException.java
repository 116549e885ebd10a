package baton.spring.leader;

import baton.recipes.latch.Participant;
import java.time.Duration;
import java.util.Optional;

/** A call that only the leader may make was made on another instance. It did not run. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String role;
    private final transient Optional<Participant> leader;

    public NotLeaderException(String role, Duration waited, Optional<Participant> leader) {
        super("this instance does not lead role " + role
                + (waited.isZero() ? "" : ", nor did it come to within " + waited.toMillis() + " ms")
                + leader.map(known -> "; " + known.id() + " does").orElse(""));
        this.role = role;
        this.leader = leader;
    }

    public String role() {
        return role;
    }

    /** Who leads instead, as far as was known: only of roles that are observed, see {@link Elections#observe}. */
    public Optional<Participant> leader() {
        return leader;
    }
}
