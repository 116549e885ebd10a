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

    default void time(String timer, String recipe, Duration duration) {}

    default void gauge(String gauge, String recipe, long value) {}
}
