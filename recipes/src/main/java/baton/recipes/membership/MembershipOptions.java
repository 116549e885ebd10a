package baton.recipes.membership;

import baton.recipes.node.ConflictPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link GroupMembership} behaves. Starts from {@link #DEFAULTS}.
 *
 * @param duplicates what to do when the id is taken by somebody else; default: wait until they are gone
 * @param staleLimit when a stale view is reported as expired; empty: after five session timeouts
 * @param payloads whether payloads of members are read; without them a large group costs less
 * @param sample zero: every change is seen; else the group is looked at once in this time, up to an hour
 */
public record MembershipOptions(
        ConflictPolicy duplicates, Optional<Duration> staleLimit, boolean payloads, Duration sample) {
    public static final MembershipOptions DEFAULTS =
            new MembershipOptions(ConflictPolicy.TAKE_OVER_OWN, Optional.empty(), true, Duration.ZERO);

    public MembershipOptions {
        if (duplicates != ConflictPolicy.TAKE_OVER_OWN && duplicates != ConflictPolicy.REPLACE) {
            throw new IllegalArgumentException(
                    "duplicates " + duplicates + ": members wait (TAKE_OVER_OWN) or take the id over (REPLACE)");
        }
        staleLimit.ifPresent(limit -> {
            if (limit.isNegative() || limit.isZero() || limit.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("staleLimit " + limit + ": must be above 0 and at most a day");
            }
        });
    }

    public MembershipOptions withDuplicates(ConflictPolicy other) {
        return new MembershipOptions(other, staleLimit, payloads, sample);
    }

    public MembershipOptions withStaleLimit(Duration other) {
        return new MembershipOptions(duplicates, Optional.of(other), payloads, sample);
    }

    public MembershipOptions withoutPayloads() {
        return new MembershipOptions(duplicates, staleLimit, false, sample);
    }

    /**
     * Looks at the group about once in this time instead of at every change: for large groups in which much changes.
     * What came and went in between is never seen, and what is seen is as old as this.
     */
    public MembershipOptions observe(Duration everySample) {
        return new MembershipOptions(duplicates, staleLimit, payloads, everySample);
    }
}
