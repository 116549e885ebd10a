package baton.server.admin;

import baton.server.runtime.Clock;
import baton.server.session.RateLimit;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The words whose answers grow with what clients do: all connections, all sessions, all watches. Where they are allowed
 * they are answered now and then only, so that nobody can keep a server busy by asking. Thread-safe.
 */
final class HeavyWords {
    private static final Set<String> WORDS = Set.of("cons", "dump", "wchc", "wchp");

    /** Enough for people and their tools: ten at once, then one each second. */
    private static final RateLimit.Budget BUDGET = new RateLimit.Budget(10, 1_000, 1);

    private final Clock clock;

    // Guarded by this.
    private final RateLimit limit = new RateLimit(BUDGET);

    @Inject
    HeavyWords(Clock clock) {
        this.clock = clock;
    }

    /** Says whether the word may be answered now, and counts it. Words that are not heavy always may. */
    synchronized boolean allows(String word) {
        return !WORDS.contains(word) || limit.take(TimeUnit.NANOSECONDS.toMillis(clock.nanos()));
    }
}
