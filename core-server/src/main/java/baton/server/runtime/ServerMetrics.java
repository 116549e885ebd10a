package baton.server.runtime;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a server counts and measures beside the requests of its loops, which have {@link LoopCounters}.
 *
 * <p>Thread-safe: any thread may count and look; each {@link Timing} is measured by one thread.
 */
public final class ServerMetrics {
    private final Map<Tally, LongAdder> tallies = new EnumMap<>(Tally.class);
    private final Map<Limit, LongAdder> refusals = new EnumMap<>(Limit.class);
    private final Map<Timing, Distribution> timings = new EnumMap<>(Timing.class);
    private final NamespaceTraffic writeTraffic = new NamespaceTraffic();
    private final NamespaceTally overQuota = new NamespaceTally();

    public ServerMetrics() {
        for (Tally each : Tally.values()) {
            tallies.put(each, new LongAdder());
        }
        for (Limit each : Limit.values()) {
            refusals.put(each, new LongAdder());
        }
        for (Timing each : Timing.values()) {
            timings.put(each, new Distribution());
        }
    }

    void count(Tally tally) {
        count(tally, 1);
    }

    void count(Tally tally, long more) {
        adder(tally).add(more);
    }

    void measure(Timing timing, long value) {
        distribution(timing).record(value);
    }

    void measure(Timing timing, long value, long times) {
        distribution(timing).record(value, times);
    }

    /** Returns what the sequencer counts each transaction in. */
    NamespaceTraffic writeTraffic() {
        return writeTraffic;
    }

    public long counted(Tally tally) {
        return adder(tally).sum();
    }

    void countRefusal(Limit limit) {
        adder(limit).increment();
    }

    long refused(Limit limit) {
        return adder(limit).sum();
    }

    void countOverQuota(String path) {
        overQuota.count(path);
    }

    /** Returns how often a hard quota has refused something, by the node under the root. */
    public Map<String, Long> overQuota() {
        return overQuota.counted();
    }

    public Distribution.Summary measured(Timing timing) {
        return distribution(timing).summary();
    }

    /** Begins everything anew. */
    void reset() {
        tallies.values().forEach(LongAdder::reset);
        refusals.values().forEach(LongAdder::reset);
        timings.values().forEach(Distribution::reset);
        writeTraffic.reset();
        overQuota.reset();
    }

    private LongAdder adder(Tally tally) {
        LongAdder adder = tallies.get(tally);
        if (adder == null) {
            throw new IllegalArgumentException("nobody counts " + tally);
        }
        return adder;
    }

    private LongAdder adder(Limit limit) {
        LongAdder adder = refusals.get(limit);
        if (adder == null) {
            throw new IllegalArgumentException("nobody counts what is beyond " + limit);
        }
        return adder;
    }

    private Distribution distribution(Timing timing) {
        Distribution distribution = timings.get(timing);
        if (distribution == null) {
            throw new IllegalArgumentException("nobody measures " + timing);
        }
        return distribution;
    }
}
