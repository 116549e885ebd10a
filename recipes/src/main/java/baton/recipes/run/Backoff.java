package baton.recipes.run;

import java.time.Duration;

/** Growing pauses between tries, with full jitter. Confined to one strand. */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private int tries;

    public Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** The next pause: anything between nothing and a bound that doubles with every call. */
    public Duration next(double jitter) {
        long bound = Math.min(longest.toNanos(), first.toNanos() << Math.min(tries, 20));
        tries++;
        return Duration.ofNanos((long) (bound * jitter));
    }

    /** Starts over: the last try went well. */
    public void reset() {
        tries = 0;
    }
}
