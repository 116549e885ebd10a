package baton.recipes.registry;

import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * What a strategy may know of a call besides the instances.
 *
 * @param key what the call is about, if the caller said so
 * @param zone where the caller runs, if its provider was told
 * @param chance numbers in [0, 1)
 */
public record PickContext(Optional<String> key, Optional<String> zone, DoubleSupplier chance) {

    /** A number from 0 to below {@code bound}. */
    public int below(int bound) {
        return Math.min(bound - 1, (int) (chance.getAsDouble() * bound));
    }
}
