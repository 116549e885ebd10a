package baton.server.admin;

import baton.server.runtime.Clock;
import baton.server.session.RateLimit;
import baton.server.session.RateLimit.Budget;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often four-letter words are answered: the larger the answer may be, the less often, so that nobody can keep a server
 * busy by asking. Enough for people and their tools. What other machines ask takes nothing from what may be asked on this
 * one: however much they ask, whoever watches the server from beside it is answered. Thread-safe.
 */
final class WordRates {
    private final Clock clock;

    // Both are guarded by this.
    private final Map<String, RateLimit> ofThisMachine = limits();
    private final Map<String, RateLimit> ofOthers = limits();

    @Inject
    WordRates(Clock clock) {
        this.clock = clock;
    }

    /**
     * Says whether the word may be answered now, and counts it. What costs no more than a refusal always may.
     *
     * @param local whether this machine asks
     */
    synchronized boolean allow(String word, boolean local) {
        RateLimit limit = (local ? ofThisMachine : ofOthers).get(word);
        return limit == null || limit.take(TimeUnit.NANOSECONDS.toMillis(clock.nanos()));
    }

    private static Map<String, RateLimit> limits() {
        RateLimit everything = new RateLimit(new Budget(10, 1_000, 1));
        RateLimit clients = new RateLimit(new Budget(20, 100, 1));
        RateLimit sums = new RateLimit(new Budget(100, 10, 1));
        return Map.ofEntries(
                Map.entry("cons", everything),
                Map.entry("dump", everything),
                Map.entry("wchc", everything),
                Map.entry("wchp", everything),
                Map.entry("stat", clients),
                Map.entry("conf", sums),
                Map.entry("dirs", sums),
                Map.entry("envi", sums),
                Map.entry("hash", sums),
                Map.entry("mntr", sums),
                Map.entry("srvr", sums),
                Map.entry("wchs", sums),
                Map.entry("crst", sums),
                Map.entry("srst", sums));
    }
}
