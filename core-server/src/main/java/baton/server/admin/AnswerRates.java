package baton.server.admin;

import baton.server.runtime.Clock;
import baton.server.session.RateLimit;
import baton.server.session.RateLimit.Budget;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often questions are answered: the larger the answer may be, the less often, so that nobody can keep a server busy by
 * asking. Enough for people and their tools. However much one machine asks, others are answered: each has a budget of its
 * own, and all but this one together have {@value #MACHINES} times as much. Thread-safe.
 *
 * <p>Words and pages are counted for themselves: whoever answers questions makes one of these.
 */
final class AnswerRates {
    /** How many machines are told apart: those that asked last. */
    static final int MACHINES_KNOWN_MAX = 1_000;

    static final int MACHINES = 10;

    private final Clock clock;

    // By the ordinal of each cost; guarded by this.
    private final List<RateLimit> ofThisMachine = limits(1);
    private final List<RateLimit> ofAllOthers = limits(MACHINES);

    // Whoever asked least lately first; guarded by this.
    private final Map<InetAddress, List<RateLimit>> ofOthers = new LinkedHashMap<>(16, 0.75f, true);

    AnswerRates(Clock clock) {
        this.clock = clock;
    }

    /** Says whether somebody who asks from there may be answered now, and counts it. */
    synchronized boolean allow(Cost cost, InetAddress from) {
        long nowMillis = TimeUnit.NANOSECONDS.toMillis(clock.nanos());
        if (from.isLoopbackAddress()) {
            return ofThisMachine.get(cost.ordinal()).take(nowMillis);
        }
        return ofOther(from).get(cost.ordinal()).take(nowMillis)
                && ofAllOthers.get(cost.ordinal()).take(nowMillis);
    }

    private List<RateLimit> ofOther(InetAddress machine) {
        List<RateLimit> limits = ofOthers.computeIfAbsent(machine, added -> limits(1));
        if (ofOthers.size() > MACHINES_KNOWN_MAX) {
            ofOthers.remove(ofOthers.keySet().iterator().next());
        }
        return limits;
    }

    private static List<RateLimit> limits(int machines) {
        List<RateLimit> limits = new ArrayList<>();
        for (Cost each : Cost.values()) {
            limits.add(new RateLimit(times(machines, each.budget())));
        }
        return limits;
    }

    private static Budget times(int machines, Budget budget) {
        return new Budget(machines * budget.burst(), budget.intervalMillis(), machines * budget.perInterval());
    }
}
