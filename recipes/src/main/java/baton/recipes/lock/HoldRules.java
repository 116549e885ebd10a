package baton.recipes.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * How a lock may be held.
 *
 * @param atMost after which it is lost
 * @param atLeast before which nobody else is let in
 * @param reentryMax how often a thread may enter without releasing
 * @param releaseOrphans whether what a thread held when it died is released, and not only reported
 */
record HoldRules(Optional<Duration> atMost, Duration atLeast, int reentryMax, boolean releaseOrphans) {}
