package baton.spring.leader;

import java.time.Duration;

/** A call that only the leader may make was made on another instance. It did not run. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String role;

    public NotLeaderException(String role, Duration waited) {
        super("this instance does not lead role " + role
                + (waited.isZero() ? "" : ", nor did it come to within " + waited.toMillis() + " ms"));
        this.role = role;
    }

    public String role() {
        return role;
    }
}
