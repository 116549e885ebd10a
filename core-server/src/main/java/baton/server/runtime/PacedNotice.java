package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.transport.NoticeSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a service manager hears again and again, at most so often, while something gets on: whoever does that runs this whenever
 * a piece is done, of which there are many. Whoever hangs tells nothing. A manager that does not listen is no reason not to go on.
 *
 * <p>Run by one thread.
 */
public final class PacedNotice implements Runnable, AutoCloseable {
    /** How long a piece of a start may take: what is done to the whole tree once it is read is one, and so is a snapshot of it. */
    private static final long PIECE_SECONDS_MAX = 300;

    private static final long START_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Optional<NoticeSocket> manager;
    private final String notice;
    private final long pauseNanos;
    private final Clock clock;
    private long toldAtNanos;

    private PacedNotice(Optional<NoticeSocket> manager, String notice, long pauseNanos, long toldAtNanos, Clock clock) {
        this.manager = manager;
        this.notice = notice;
        this.pauseNanos = pauseNanos;
        this.toldAtNanos = toldAtNanos;
        this.clock = clock;
    }

    /** Asks for more time to start, at once and as long as the start gets on. */
    public static PacedNotice ofStart(Optional<Supervisor> manager, Clock clock) {
        return new PacedNotice(
                NoticeSocket.openTo(manager),
                "EXTEND_TIMEOUT_USEC=" + TimeUnit.SECONDS.toMicros(PIECE_SECONDS_MAX),
                START_PAUSE_NANOS,
                clock.nanos() - START_PAUSE_NANOS,
                clock);
    }

    /** Gives signs of life to a manager who watches the process and has just been given one. */
    static PacedNotice ofLife(Optional<Supervisor> manager, Clock clock) {
        Optional<Supervisor> watching = manager.filter(each -> each.watchdogMillis() > 0);
        // Seldom enough, and it leaves nearly all of the time for the next piece.
        long pauseMillis = watching.map(Supervisor::watchdogMillis).orElse(0) / 10;
        return new PacedNotice(
                NoticeSocket.openTo(watching),
                "WATCHDOG=1",
                TimeUnit.MILLISECONDS.toNanos(pauseMillis),
                clock.nanos(),
                clock);
    }

    @Override
    public void run() {
        if (manager.isEmpty()) {
            return;
        }
        long now = clock.nanos();
        if (now - toldAtNanos >= pauseNanos) {
            toldAtNanos = now;
            manager.get().send(notice);
        }
    }

    /** All is done, or nothing more will be. */
    @Override
    public void close() {
        manager.ifPresent(NoticeSocket::close);
    }
}
