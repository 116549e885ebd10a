package baton.server.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A question to every loop: have you looked at your sockets? While the last one has not answered, no session expires.
 *
 * <p>The times at which the answers were complete tell how long nobody was heard: the server itself stood still, or one of
 * its loops did, if more than a tick lies between two of them.
 *
 * <p>Started and finished by the sequencer; answered by the loops.
 */
final class TickRound {
    private final List<ClientLoop> loops;
    private final Bell sequencer;
    private final int tickMillis;
    private final AtomicInteger unanswered = new AtomicInteger();

    // Written by the sequencer.
    private boolean running;
    private long startedAtMillis;
    private long finishedAtMillis;

    TickRound(List<ClientLoop> loops, Bell sequencer, int tickMillis) {
        this.loops = loops;
        this.sequencer = sequencer;
        this.tickMillis = tickMillis;
    }

    /** Forgets when the last round was: nobody had to be heard until now. */
    void restart(long nowMillis) {
        finishedAtMillis = nowMillis;
    }

    /** Returns when the next round is to be made: often enough that none comes a tick late without a reason. */
    long dueAtMillis() {
        return finishedAtMillis + Math.max(1, tickMillis / 2);
    }

    void start(long nowMillis) {
        running = true;
        startedAtMillis = nowMillis;
        unanswered.set(loops.size());
        for (ClientLoop each : loops) {
            each.inbox()
                    .put(() -> each.executeAfterReading(() -> {
                        each.excuseHeldBack();
                        unanswered.decrementAndGet();
                        sequencer.ring();
                    }));
        }
    }

    boolean isRunning() {
        return running;
    }

    boolean isComplete() {
        return running && unanswered.get() == 0;
    }

    /** Ends the round; returns how much more than a tick has passed since the one before. */
    long finish(long nowMillis) {
        running = false;
        long passedMillis = nowMillis - finishedAtMillis;
        finishedAtMillis = nowMillis;
        return Math.max(0, passedMillis - tickMillis);
    }

    /** Returns when the round was started: everything that had arrived by then has been heard when it ends. */
    long startedAtMillis() {
        return startedAtMillis;
    }
}
