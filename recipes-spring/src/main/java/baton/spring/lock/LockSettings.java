package baton.spring.lock;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;

/**
 * How a lock is taken.
 *
 * @param waitFor for how long; {@link #FOREVER} has no end
 * @param atMost how long it may be held
 * @param atLeast how long nobody else gets it; zero: no such time
 */
public record LockSettings(Duration waitFor, Optional<Duration> atMost, Duration atLeast) {
    /** A wait without end. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    public LockSettings {
        if (waitFor.isNegative() || atLeast.isNegative()) {
            throw new IllegalArgumentException(
                    "waitFor " + waitFor + " and atLeast " + atLeast + " must not be negative");
        }
        if (atMost.filter(limit -> limit.isZero() || limit.isNegative()).isPresent()) {
            throw new IllegalArgumentException("atMost " + atMost.get() + " must be above 0");
        }
    }

    /** Reads {@code 5s}, {@code 500ms}, {@code forever}. */
    public static Duration parseWait(String text) {
        return text.equalsIgnoreCase("forever") ? FOREVER : DurationStyle.detectAndParse(text);
    }

    /** These settings, with those of an annotation that are not empty. */
    LockSettings with(String newWait, String newAtMost, String newAtLeast) {
        return new LockSettings(
                newWait.isEmpty() ? waitFor : parseWait(newWait),
                newAtMost.isEmpty() ? atMost : Optional.of(DurationStyle.detectAndParse(newAtMost)),
                newAtLeast.isEmpty() ? atLeast : DurationStyle.detectAndParse(newAtLeast));
    }
}
