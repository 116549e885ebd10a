package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.transport.NoticeSocket;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server gets on that is about to take the place of another. Whoever does that runs this whenever a piece is done: as
 * long as he does, a service manager hears signs of life, and probes are told that all is well. Whoever hangs tells nothing.
 *
 * <p>Run by one thread; can be asked by any.
 */
public final class ReloadProgress implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReloadProgress.class);

    /** How much longer than the end of a thread a piece may take: what is done to the whole tree once it is read is one. */
    private static final long SLACK_MILLIS = 15_000;

    private final @Nullable NoticeSocket manager;
    private final long beatNanos;
    private final long pieceNanosMax;
    private final Clock clock;

    // Written by the thread that gets on.
    private volatile long gotOnAtNanos;
    private long beatAtNanos;

    private ReloadProgress(@Nullable NoticeSocket manager, long beatNanos, long pieceNanosMax, Clock clock) {
        this.manager = manager;
        this.beatNanos = beatNanos;
        this.pieceNanosMax = pieceNanosMax;
        this.clock = clock;
        this.gotOnAtNanos = clock.nanos();
        this.beatAtNanos = gotOnAtNanos;
    }

    /**
     * Begins; whoever watches the process, if there is somebody, has just been given a sign of life.
     *
     * @param endMillisMax how long a thread of the server may take to end
     */
    public static ReloadProgress begin(Optional<Supervisor> manager, long endMillisMax, Clock clock) {
        NoticeSocket socket = manager.filter(told -> told.watchdogMillis() > 0)
                .flatMap(ReloadProgress::open)
                .orElse(null);
        long watchdogMillis = manager.map(Supervisor::watchdogMillis).orElse(0);
        // Seldom enough, and it leaves nearly all of the time for the next piece.
        return new ReloadProgress(
                socket,
                TimeUnit.MILLISECONDS.toNanos(watchdogMillis / 10),
                TimeUnit.MILLISECONDS.toNanos(endMillisMax + SLACK_MILLIS),
                clock);
    }

    private static Optional<NoticeSocket> open(Supervisor manager) {
        try {
            return Optional.of(NoticeSocket.open(manager.socket()));
        } catch (IOException e) {
            log.warn("failed to notify socket={} because={}", manager.socket(), e.getMessage());
            return Optional.empty();
        }
    }

    /** A piece is done, of which there are many. */
    @Override
    public void run() {
        long now = clock.nanos();
        gotOnAtNanos = now;
        NoticeSocket told = manager;
        if (told != null && now - beatAtNanos >= beatNanos) {
            beatAtNanos = now;
            told.send("WATCHDOG=1");
        }
    }

    /** Says whether nothing was done for so long that something must hang. */
    public boolean isStalled() {
        return clock.nanos() - gotOnAtNanos > pieceNanosMax;
    }

    /** There is a server again, which speaks for itself, or there will be none. */
    @Override
    public void close() {
        NoticeSocket told = manager;
        if (told != null) {
            told.close();
        }
    }
}
