package baton.core;

import java.util.UUID;

/**
 * Where an ordered entry stands among the others of its directory.
 *
 * <p>Orders are compared in serial-number arithmetic, because a znode's 32-bit counter runs over into negative
 * numbers: {@code a} is before {@code b} iff their difference in {@code bits} bits is negative.
 *
 * @param label as given in {@link Ordering#label}
 * @param attempt as given in {@link CreateSpec#attempt}
 * @param order the store's number for it
 * @param bits width of that number, 32 or 64
 */
public record Place(String label, UUID attempt, long order, int bits) {
    public Place {
        if (bits != 32 && bits != 64) {
            throw new IllegalArgumentException("bits=" + bits + ": must be 32 or 64");
        }
    }

    public boolean isBefore(Place other) {
        long difference = order - other.order;
        return bits == 32 ? (int) difference < 0 : difference < 0;
    }
}
