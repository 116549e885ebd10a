package baton.recipes.queue;

import java.time.Duration;

/** Thrown by a handler: not now. The task goes back and is handed out after the delay; no attempt is counted. */
public final class RetryLaterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration delay;

    public RetryLaterException(Duration delay) {
        super("retry after " + delay);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay " + delay + ": must not be negative");
        }
        this.delay = delay;
    }

    public Duration delay() {
        return delay;
    }
}
