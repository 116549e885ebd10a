package baton.server.runtime;

import baton.server.txn.TxnEntry;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Hands over to the log what the sequencer decides on, in order. What the log has no room for waits here.
 *
 * <p>Confined to the sequencer's thread.
 */
final class LogFeed {
    private final LogAgent log;
    private final Bell logBell;
    private final ServerMetrics metrics;
    private final TravelTimes travels;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    // By the monotonic clock.
    private long turnMillis;

    // Of this turn.
    private int takenAtOnce;
    private boolean untold;

    /** A transaction for which the log had no room in the turn that decided on it. */
    private record Waiting(TxnEntry entry, long decidedAtMillis) {}

    LogFeed(LogAgent log, Bell logBell, ServerMetrics metrics) {
        this.log = log;
        this.logBell = logBell;
        this.metrics = metrics;
        this.travels = new TravelTimes(metrics, Timing.PROPAGATION_LATENCY, log.durableZxid());
    }

    /** @param nowMillis by the monotonic clock */
    void beginTurn(long nowMillis) {
        turnMillis = nowMillis;
    }

    void add(TxnEntry entry) {
        travels.setOut(entry.zxid(), turnMillis);
        if (waiting.isEmpty() && log.offer(entry)) {
            takenAtOnce++;
            taken();
        } else {
            waiting.add(new Waiting(entry, turnMillis));
        }
    }

    /** Hands over what waits, as far as there is room now. */
    void goOn() {
        while (!waiting.isEmpty() && log.offer(waiting.peek().entry())) {
            long waitedMillis = turnMillis - waiting.remove().decidedAtMillis();
            metrics.measure(Timing.PROPOSAL_PROCESS_TIME, TimeUnit.MILLISECONDS.toNanos(waitedMillis));
            taken();
        }
    }

    private void taken() {
        untold = true;
        metrics.count(Tally.PROPOSAL_COUNT);
    }

    /** Says whether anything waits for room. */
    boolean isStuck() {
        return !waiting.isEmpty();
    }

    /** Says whether the log has got something that it has not been told to write. */
    boolean isUntold() {
        return untold;
    }

    /** Returns how many of this turn's transactions the log had room for at once. */
    int takenAtOnce() {
        return takenAtOnce;
    }

    /** What the log has got is written already, and need not be told. */
    void written() {
        untold = false;
    }

    /** What was decided on up to the zxid is in the tree. */
    void published(long zxid) {
        travels.arrived(zxid, turnMillis);
    }

    void endTurn() {
        if (untold) {
            untold = false;
            logBell.ring();
        }
        if (takenAtOnce > 0) {
            metrics.measure(Timing.PROPOSAL_PROCESS_TIME, 0, takenAtOnce);
            takenAtOnce = 0;
        }
    }
}
