package baton.recipes;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the largest token it was shown and refuses smaller ones: the reference for storage of your own.
 *
 * <p>The same check elsewhere: SQL, {@code UPDATE ... SET token = :t ... WHERE token <= :t} and look at the row count; HTTP,
 * a header with {@link FencingToken#asFixedHex} that the service compares; files, the same digits as a suffix, and
 * the reader takes the last. A new holder should touch the resource with its token before it trusts what it reads
 * there: from then on the old holder is shut out. Safe for use by many threads.
 */
public final class FencedResource {
    private final AtomicReference<@Nullable FencingToken> largest = new AtomicReference<>();

    /**
     * Lets a token in unless a larger one was here before.
     *
     * @return whether the holder of this token may go on
     * @throws IllegalArgumentException if the token is of another scope
     */
    public boolean admit(FencingToken token) {
        while (true) {
            FencingToken seen = largest.get();
            if (seen != null && seen.compareTo(token) > 0) {
                return false;
            }
            if (largest.compareAndSet(seen, token)) {
                return true;
            }
        }
    }

    /** The largest token so far. */
    public Optional<FencingToken> largest() {
        return Optional.ofNullable(largest.get());
    }
}
