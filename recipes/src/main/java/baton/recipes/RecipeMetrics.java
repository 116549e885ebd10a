package baton.recipes;

import java.time.Duration;

/**
 * Receives what recipes count and measure. Called on internal threads: must return at once.
 *
 * <p>Timers: {@code wait}, {@code hold}, {@code reap}, {@code call}. Counters: {@code granted}, {@code timeouts}, {@code
 * interrupted}, {@code lost} (detail: the reason), {@code rejoined}, {@code in_doubt} (detail: the operation), {@code
 * foreign.nodes}, {@code listener.errors}, {@code session.flaps}, {@code orphans}, {@code
 * config.changed}, {@code config.rejected}, {@code ended} (detail: the state), {@code reassigned}, {@code
 * stale.completions}. Gauges: {@code waiting}, {@code reaper.pending}, {@code listener.lag} in milliseconds, {@code
 * subscription.nodes}, {@code members}, {@code config.stale} and {@code registrations}, and of a queue's master {@code
 * queue.pending}, {@code queue.assigned} and {@code queue.workers}.
 */
public interface RecipeMetrics {
    RecipeMetrics NONE = new RecipeMetrics() {};

    /** Adds one. {@code detail} is one of few fixed words, or empty. */
    default void count(String counter, String recipe, String detail) {}

    /** Who stands in line adds {@code evaluate}: how long it took to find its place in a listing. */
    default void time(String timer, String recipe, Duration duration) {}

    /**
     * Who stands in line adds {@code waiting}, those of this process that wait for a ticket of their own, and {@code
     * position}, how many tickets are before one; the client adds {@code session.leaseRemaining} in milliseconds.
     */
    default void gauge(String gauge, String recipe, long value) {}
}
