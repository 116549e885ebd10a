package baton.recipes.queue;

import java.time.Duration;
import java.util.Map;

/**
 * How a task is to be run. Starts from {@link #DEFAULTS}; each {@code with} method returns a changed copy.
 *
 * @param priority 0 to 255, smaller first, default {@value #PRIORITY_DEFAULT}
 * @param notBefore how long it waits before it may be handed out, by the clocks of client and master
 * @param maxAttempts after so many failures it is dead; 0 for the queue's own limit
 * @param runAtMost an attempt that takes longer has failed; zero for no limit. Without it a worker that hangs holds
 *     its slot
 * @param idempotencyKey two submits with one key are one task; empty for none
 * @param labels the worker needs all of them, with these values
 */
public record SubmitOptions(
        int priority,
        Duration notBefore,
        int maxAttempts,
        Duration runAtMost,
        String idempotencyKey,
        Map<String, String> labels) {
    public static final int PRIORITY_DEFAULT = 128;
    public static final SubmitOptions DEFAULTS =
            new SubmitOptions(PRIORITY_DEFAULT, Duration.ZERO, 0, Duration.ZERO, "", Map.of());

    public SubmitOptions {
        labels = Map.copyOf(labels);
        if (priority < 0 || priority > 255) {
            throw new IllegalArgumentException("priority=" + priority + ": must be 0 to 255");
        }
        if (maxAttempts < 0) {
            throw new IllegalArgumentException("maxAttempts=" + maxAttempts + ": must not be negative");
        }
        if (notBefore.isNegative() || runAtMost.isNegative()) {
            throw new IllegalArgumentException(
                    "notBefore=" + notBefore + " runAtMost=" + runAtMost + ": must not be negative");
        }
    }

    public SubmitOptions withPriority(int other) {
        return new SubmitOptions(other, notBefore, maxAttempts, runAtMost, idempotencyKey, labels);
    }

    public SubmitOptions withNotBefore(Duration other) {
        return new SubmitOptions(priority, other, maxAttempts, runAtMost, idempotencyKey, labels);
    }

    public SubmitOptions withMaxAttempts(int other) {
        return new SubmitOptions(priority, notBefore, other, runAtMost, idempotencyKey, labels);
    }

    public SubmitOptions withRunAtMost(Duration other) {
        return new SubmitOptions(priority, notBefore, maxAttempts, other, idempotencyKey, labels);
    }

    public SubmitOptions withIdempotencyKey(String other) {
        return new SubmitOptions(priority, notBefore, maxAttempts, runAtMost, other, labels);
    }

    public SubmitOptions withLabels(Map<String, String> other) {
        return new SubmitOptions(priority, notBefore, maxAttempts, runAtMost, idempotencyKey, other);
    }
}
