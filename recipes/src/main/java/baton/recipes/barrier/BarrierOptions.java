package baton.recipes.barrier;

import baton.core.Lifetime;
import java.time.Duration;

/**
 * How a {@link DistributedBarrier} behaves. Starts from {@link #DEFAULTS}.
 *
 * @param lifetime {@code PERSISTENT}: closed until somebody lifts it; {@code EPHEMERAL}: at most as long as the session
 *     of who closed it
 * @param reclosed what becomes of those who waited when the gate was lifted and closed again before they looked
 * @param arrivalSpread those who wait look at a lifted gate at a random moment within this, zero to ten seconds; default
 *     zero. 50 ms spare the store a blow where more than a thousand wait
 */
public record BarrierOptions(Lifetime lifetime, Reclosed reclosed, Duration arrivalSpread) {
    private static final Duration SPREAD_MAX = Duration.ofSeconds(10);

    public static final BarrierOptions DEFAULTS = new BarrierOptions(Lifetime.PERSISTENT, Reclosed.PASS, Duration.ZERO);

    public BarrierOptions {
        if (!lifetime.equals(Lifetime.PERSISTENT) && !lifetime.equals(Lifetime.EPHEMERAL)) {
            throw new IllegalArgumentException("lifetime " + lifetime + ": must be PERSISTENT or EPHEMERAL");
        }
        if (arrivalSpread.isNegative() || arrivalSpread.compareTo(SPREAD_MAX) > 0) {
            throw new IllegalArgumentException("arrivalSpread " + arrivalSpread + ": must be zero to " + SPREAD_MAX);
        }
    }

    public BarrierOptions withLifetime(Lifetime other) {
        return new BarrierOptions(other, reclosed, arrivalSpread);
    }

    public BarrierOptions withReclosed(Reclosed other) {
        return new BarrierOptions(lifetime, other, arrivalSpread);
    }

    public BarrierOptions withArrivalSpread(Duration other) {
        return new BarrierOptions(lifetime, reclosed, other);
    }

    /** What becomes of those who waited when the gate was lifted and closed again before they looked. */
    public enum Reclosed {
        /** They pass: it was lifted for them. */
        PASS,
        /** They wait for the next lifting. */
        WAIT
    }
}
