package baton.server.sim.world;

import baton.server.sim.history.Violation;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What waits for a client that does not read: judges when the server gives it up, LIM-6. Not before it has taken nothing
 * for as long as it may, and not much later.
 */
final class Outflow {
    /** A server may look so often in that time, each time after whole milliseconds. */
    private static final int LOOKS = 10;

    private static final long ROUNDING_NANOS = 1_000_000;

    private final long patienceNanos;
    private final long bytesMax;
    private final LongSupplier clock;
    private final LongSupplier idle;
    private final Consumer<Violation> broken;
    private boolean isBlocked;
    private long stillSinceNanos;
    private long idleBeforeNanos;

    /**
     * @param patienceNanos how long a client may take nothing
     * @param bytesMax how much it may leave
     * @param clock the machine's time
     * @param idle for how much of it so far the connection's loop could not look
     * @param broken told what promise was broken
     */
    Outflow(long patienceNanos, long bytesMax, LongSupplier clock, LongSupplier idle, Consumer<Violation> broken) {
        this.patienceNanos = patienceNanos;
        this.bytesMax = bytesMax;
        this.clock = clock;
        this.idle = idle;
        this.broken = broken;
    }

    /** The client's machine has taken something. */
    void moved() {
        stillSinceNanos = clock.getAsLong();
        idleBeforeNanos = idle.getAsLong();
    }

    /** The loop has had a turn. */
    void look(boolean blocked) {
        if (blocked && !isBlocked) {
            moved();
        }
        isBlocked = blocked;
        long seenNanos = stillNanos() - (idle.getAsLong() - idleBeforeNanos);
        if (blocked && seenNanos > 2 * patienceNanos) {
            broken.accept(new Violation(
                    "LIM-6", "a client has taken nothing for " + seenNanos + " ns, and its connection is still there"));
        }
    }

    /** The server gives the client up. */
    void givenUp(long waitingBytes) {
        if (waitingBytes <= bytesMax && stillNanos() < patienceNanos - LOOKS * ROUNDING_NANOS) {
            broken.accept(new Violation(
                    "LIM-6",
                    "a client that left " + waitingBytes + " bytes for " + stillNanos()
                            + " ns was given up; it may for " + patienceNanos));
        }
    }

    private long stillNanos() {
        return clock.getAsLong() - stillSinceNanos;
    }
}
