package baton.server.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A question to every loop: have you looked at your sockets? While the last one has not answered, no session expires.
 *
 * <p>Started and finished by the sequencer; answered by the loops.
 */
final class TickRound {
    private final List<ClientLoop> loops;
    private final Bell sequencer;
    private final AtomicInteger unanswered = new AtomicInteger();

    // Written by the sequencer.
    private boolean running;
    private long startedAtMillis;

    TickRound(List<ClientLoop> loops, Bell sequencer) {
        this.loops = loops;
        this.sequencer = sequencer;
    }

    void start(long nowMillis) {
        running = true;
        startedAtMillis = nowMillis;
        unanswered.set(loops.size());
        for (ClientLoop each : loops) {
            each.put(() -> each.transport().executeAfterReading(() -> {
                each.excuseHeldBack(nowMillis);
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

    /** Returns when the round was started: everything that had arrived by then has been heard. */
    long finish() {
        running = false;
        return startedAtMillis;
    }
}
