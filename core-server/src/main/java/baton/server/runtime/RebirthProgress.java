package baton.server.runtime;

import baton.server.config.Supervisor;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a server gets on that is about to take the place of another. Whoever does that runs this whenever a piece is done: as
 * long as he does, a service manager hears signs of life, and probes are told that all is well. Whoever hangs tells nothing.
 *
 * <p>Run by one thread; can be asked by any.
 */
public final class RebirthProgress implements Runnable, AutoCloseable {
    /** How much longer than the end of a thread a piece may take: what is done to the whole tree once it is read is one. */
    private static final long SLACK_MILLIS = 15_000;

    private final PacedNotice life;
    private final long pieceNanosMax;
    private final Clock clock;

    // Written by the thread that gets on.
    private volatile long gotOnAtNanos;

    private RebirthProgress(PacedNotice life, long pieceNanosMax, Clock clock) {
        this.life = life;
        this.pieceNanosMax = pieceNanosMax;
        this.clock = clock;
        this.gotOnAtNanos = clock.nanos();
    }

    /**
     * Begins; whoever watches the process, if there is somebody, has just been given a sign of life.
     *
     * @param endMillisMax how long a thread of the server may take to end
     */
    public static RebirthProgress begin(Optional<Supervisor> manager, long endMillisMax, Clock clock) {
        return new RebirthProgress(
                PacedNotice.ofLife(manager, clock), TimeUnit.MILLISECONDS.toNanos(endMillisMax + SLACK_MILLIS), clock);
    }

    /** A piece is done, of which there are many. */
    @Override
    public void run() {
        gotOnAtNanos = clock.nanos();
        life.run();
    }

    /** Says whether nothing was done for so long that something must hang. */
    public boolean isStalled() {
        return clock.nanos() - gotOnAtNanos > pieceNanosMax;
    }

    /** There is a server again, which speaks for itself, or there will be none. */
    @Override
    public void close() {
        life.close();
    }
}
