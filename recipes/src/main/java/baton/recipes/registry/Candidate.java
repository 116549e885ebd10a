package baton.recipes.registry;

import java.util.function.IntSupplier;

/**
 * An instance that may be picked.
 *
 * @param incarnation names this stay at the store; another after it left and came back
 * @param weight its share right now: lower than its own weight while it is new and the provider ramps up
 * @param outstanding calls of this provider's picks that have not ended, read at the moment of asking
 */
public record Candidate<T>(ServiceInstance<T> instance, long incarnation, double weight, IntSupplier outstanding) {}
