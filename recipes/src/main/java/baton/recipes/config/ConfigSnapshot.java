package baton.recipes.config;

import java.time.Instant;
import java.util.Optional;

/**
 * A configuration value and where it comes from.
 *
 * @param value that passed the validator
 * @param revision of the write that made it current; 0 for a default
 * @param version name of the version, empty in simple mode and for defaults
 * @param source where it was taken from
 * @param stale whether the store has been silent for so long that a newer value may exist
 * @param loadedAt by this process's clock
 * @param lastRejection of a newer value that did not pass, if there is one
 * @param <T> values
 */
public record ConfigSnapshot<T>(
        T value,
        long revision,
        String version,
        Source source,
        boolean stale,
        Instant loadedAt,
        Optional<Rejection> lastRejection) {

    /** Where a value was taken from. */
    public enum Source {
        /** The store has it right now. */
        LIVE,
        /** The store had it; what it has now is missing or was rejected. */
        LAST_GOOD,
        /** The copy on disk of an earlier run. */
        DISK,
        /** What the application was built with. */
        DEFAULT
    }

    ConfigSnapshot<T> withStale(boolean other) {
        return new ConfigSnapshot<>(value, revision, version, source, other, loadedAt, lastRejection);
    }

    ConfigSnapshot<T> withRejection(Rejection rejection) {
        return new ConfigSnapshot<>(
                value,
                revision,
                version,
                source == Source.LIVE ? Source.LAST_GOOD : source,
                stale,
                loadedAt,
                Optional.of(rejection));
    }

    ConfigSnapshot<T> withSource(Source other) {
        return new ConfigSnapshot<>(value, revision, version, other, stale, loadedAt, lastRejection);
    }
}
