package baton.recipes.registry;

import java.time.Duration;

/**
 * When an instance that fails its callers is passed over, and for how long. Starts from {@link #DEFAULTS}.
 *
 * @param errorThreshold so many errors without a success between them eject an instance
 * @param ejectFor for how long the first time; doubles each time that follows
 * @param ejectForMax the longest; also for how long an error is held against an instance that is quiet
 * @param panicThreshold if more than this share of the instances is ejected, ejection is ignored altogether, 0 to 1
 * @param probe so many errors eject an instance that came back and has had no success yet
 */
public record DownInstancePolicy(
        int errorThreshold, Duration ejectFor, Duration ejectForMax, double panicThreshold, int probe) {
    public static final DownInstancePolicy DEFAULTS =
            new DownInstancePolicy(2, Duration.ofSeconds(30), Duration.ofMinutes(5), 0.5, 1);

    public DownInstancePolicy {
        if (errorThreshold < 1 || probe < 1) {
            throw new IllegalArgumentException(
                    "errorThreshold=" + errorThreshold + " probe=" + probe + ": both must be at least 1");
        }
        if (ejectFor.isNegative() || ejectFor.isZero() || ejectForMax.compareTo(ejectFor) < 0) {
            throw new IllegalArgumentException("ejectFor=" + ejectFor + " ejectForMax=" + ejectForMax
                    + ": the first must be above 0 and not above the second");
        }
        if (!(panicThreshold >= 0 && panicThreshold <= 1)) {
            throw new IllegalArgumentException("panicThreshold=" + panicThreshold + ": must be 0 to 1");
        }
    }

    public DownInstancePolicy withErrorThreshold(int errors) {
        return new DownInstancePolicy(errors, ejectFor, ejectForMax, panicThreshold, probe);
    }

    public DownInstancePolicy withEjection(Duration first, Duration longest) {
        return new DownInstancePolicy(errorThreshold, first, longest, panicThreshold, probe);
    }

    public DownInstancePolicy withPanicThreshold(double share) {
        return new DownInstancePolicy(errorThreshold, ejectFor, ejectForMax, share, probe);
    }
}
