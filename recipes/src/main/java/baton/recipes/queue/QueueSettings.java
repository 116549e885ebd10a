package baton.recipes.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * How a queue behaves. Every participant should be given the same.
 *
 * @param maxPending how many tasks may wait
 * @param bound how exactly that is kept
 * @param submitTimeout how long a submit waits for room, or for the store
 * @param maxAttempts after so many failures a task is dead, unless its submitter said otherwise
 * @param backoffFirst pause after the first failure; doubles with each
 * @param backoffMax longest pause
 * @param workerGrace how long a worker may be gone before its tasks are handed out again
 * @param statusTtl how long results are kept that nobody acknowledges
 * @param batch how many tasks are assigned in one transaction
 * @param assigner who decides; empty for the least loaded worker
 */
record QueueSettings(
        int maxPending,
        Bound bound,
        Duration submitTimeout,
        int maxAttempts,
        Duration backoffFirst,
        Duration backoffMax,
        Duration workerGrace,
        Duration statusTtl,
        int batch,
        Optional<Assigner> assigner) {

    QueueSettings {
        require(maxPending >= 1 && maxPending <= 10_000, "maxPending", maxPending, "1 to 10000");
        require(maxAttempts >= 1, "maxAttempts", maxAttempts, "at least 1");
        require(batch >= 1 && batch <= 100, "batch", batch, "1 to 100");
        require(isPositive(submitTimeout), "submitTimeout", submitTimeout, "above 0");
        require(!backoffFirst.isNegative(), "backoff first", backoffFirst, "zero or more");
        require(backoffMax.compareTo(backoffFirst) >= 0, "backoff max", backoffMax, "at least the first");
        require(!workerGrace.isNegative(), "workerGrace", workerGrace, "zero or more");
        require(isPositive(statusTtl), "statusTtl", statusTtl, "above 0");
    }

    /** How exactly the number of waiting tasks is kept. */
    enum Bound {
        /** By a count up to 200 ms old: may be overshot by the number of concurrent submitters. */
        APPROXIMATE,
        /** Never overshot by a submit; submits of all clients go one after another. */
        STRICT
    }

    /** The pause after an attempt that failed, by how many failed before it. */
    Duration backoff(int failedBefore, double jitter) {
        long first = backoffFirst.toMillis();
        long bound = Math.min(backoffMax.toMillis(), first << Math.min(failedBefore, 20));
        return Duration.ofMillis((long) (bound * (0.5 + jitter / 2)));
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean holds, String setting, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " " + value + ": must be " + range);
        }
    }
}
