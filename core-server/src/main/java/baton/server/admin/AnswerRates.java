package baton.server.admin;

import baton.server.runtime.Clock;
import baton.server.session.RateLimit;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How often questions are answered: the larger the answer may be, the less often, so that nobody can keep a server busy by
 * asking. Enough for people and their tools. What other machines ask takes nothing from what may be asked on this one:
 * however much they ask, whoever watches the server from beside it is answered. Thread-safe.
 */
final class AnswerRates {
    private final Clock clock;

    // By the ordinal of each cost; guarded by this.
    private final List<RateLimit> ofThisMachine = limits();
    private final List<RateLimit> ofOthers = limits();

    @Inject
    AnswerRates(Clock clock) {
        this.clock = clock;
    }

    /** Says whether somebody who asks from there may be answered now, and counts it. */
    synchronized boolean allow(Cost cost, InetAddress from) {
        List<RateLimit> limits = from.isLoopbackAddress() ? ofThisMachine : ofOthers;
        return limits.get(cost.ordinal()).take(TimeUnit.NANOSECONDS.toMillis(clock.nanos()));
    }

    private static List<RateLimit> limits() {
        return Arrays.stream(Cost.values())
                .map(each -> new RateLimit(each.budget()))
                .toList();
    }
}
