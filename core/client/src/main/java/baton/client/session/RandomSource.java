package baton.client.session;

/** Where the machine's chance comes from, so that a test can repeat it. */
@FunctionalInterface
public interface RandomSource {
    /** Returns a number from 0 up to, not including, {@code bound}. */
    int below(int bound);
}
