package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.storage.ReadProgress;
import baton.server.transport.NoticeSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How a server gets on that reads its data back, be it because it starts or because it is about to take the place of another.
 * Whoever does that runs this whenever a piece is done, of which there are many: as long as he does, a service manager hears of
 * it now and then, and probes are told that all is well. Whoever hangs tells nothing. A manager that does not listen is no reason
 * not to go on.
 *
 * <p>Run by one thread; can be asked by any.
 */
public final class LoadProgress implements Runnable, ReadProgress, AutoCloseable {
    /** How long a piece of a start may take: what is done to the whole tree once it is read is one, and so is a snapshot of it. */
    private static final long START_PIECE_SECONDS_MAX = 300;

    private static final long START_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How much longer than the end of a thread a piece may take of a server that takes the place of another. */
    private static final long SLACK_MILLIS = 15_000;

    private static final int PERCENT = 100;

    private final String reason;
    private final Optional<NoticeSocket> manager;
    private final String notice;
    private final long pauseNanos;
    private final long pieceNanosMax;
    private final Clock clock;

    // Written by the thread that gets on, for whom that must cost next to nothing: no clock is read for a piece.
    private final AtomicLong pieces = new AtomicLong();
    private final AtomicLong toRead = new AtomicLong();
    private final AtomicLong hasRead = new AtomicLong();

    // Confined to that thread.
    private long toldAtNanos;

    // Guarded by this: what the last look has found, and since when.
    private long seenPieces;
    private long seenAtNanos;

    private LoadProgress(
            String reason,
            Optional<NoticeSocket> manager,
            String notice,
            long pauseNanos,
            long toldAtNanos,
            long pieceNanosMax,
            Clock clock) {
        this.reason = reason;
        this.manager = manager;
        this.notice = notice;
        this.pauseNanos = pauseNanos;
        this.toldAtNanos = toldAtNanos;
        this.pieceNanosMax = pieceNanosMax;
        this.clock = clock;
        this.seenAtNanos = clock.nanos();
    }

    /** Begins with a start, for which a manager is asked for more time at once, and as long as it gets on. */
    public static LoadProgress ofStart(Optional<Supervisor> manager, Clock clock) {
        return new LoadProgress(
                "loads its data",
                NoticeSocket.openTo(manager),
                "EXTEND_TIMEOUT_USEC=" + TimeUnit.SECONDS.toMicros(START_PIECE_SECONDS_MAX) + "\nSTATUS=",
                START_PAUSE_NANOS,
                clock.nanos() - START_PAUSE_NANOS,
                TimeUnit.SECONDS.toNanos(START_PIECE_SECONDS_MAX),
                clock);
    }

    /**
     * Begins to put a server in the place of another; a manager who watches the process has just been given a sign of life.
     *
     * @param endMillisMax how long a thread of the server may take to end
     */
    public static LoadProgress ofRebirth(Optional<Supervisor> manager, long endMillisMax, Clock clock) {
        Optional<Supervisor> watching = manager.filter(each -> each.watchdogMillis() > 0);
        // Seldom enough, and it leaves nearly all of the time for the next piece.
        long pauseMillis = watching.map(Supervisor::watchdogMillis).orElse(0) / 10;
        return new LoadProgress(
                "replaces its data",
                NoticeSocket.openTo(watching),
                "WATCHDOG=1\nSTATUS=",
                TimeUnit.MILLISECONDS.toNanos(pauseMillis),
                clock.nanos(),
                TimeUnit.MILLISECONDS.toNanos(endMillisMax + SLACK_MILLIS),
                clock);
    }

    /** Begins with what nobody watches. */
    static LoadProgress unwatched() {
        return ofStart(Optional.empty(), Clock.system());
    }

    /** A piece is done. */
    @Override
    public void run() {
        pieces.lazySet(pieces.getPlain() + 1);
        if (manager.isEmpty()) {
            return;
        }
        long now = clock.nanos();
        if (now - toldAtNanos >= pauseNanos) {
            toldAtNanos = now;
            manager.get().send(notice + status());
        }
    }

    @Override
    public void toRead(long bytes) {
        hasRead.lazySet(0);
        toRead.lazySet(bytes);
    }

    @Override
    public void hasRead(long bytes) {
        hasRead.lazySet(bytes);
    }

    /** Says why the server is not ready. */
    public String reason() {
        return reason;
    }

    private String status() {
        return bytesToRead() == 0 ? reason : reason + ": " + percentRead() + " % of " + bytesToRead() + " bytes";
    }

    /** Returns how many bytes there are to read, 0 as long as that is not known. */
    public long bytesToRead() {
        return toRead.get();
    }

    /** Returns how many of them are read. */
    public long bytesRead() {
        return Math.min(hasRead.get(), bytesToRead());
    }

    /** Returns how much of what is to be read is read, 0 as long as nobody knows. */
    public int percentRead() {
        long all = bytesToRead();
        return all == 0 ? 0 : (int) (PERCENT * (double) bytesRead() / all);
    }

    /** Says whether nothing was done between looks that lie so far apart that something must hang. */
    public synchronized boolean isStalled() {
        long now = clock.nanos();
        long current = pieces.get();
        if (current != seenPieces) {
            seenPieces = current;
            seenAtNanos = now;
        }
        return now - seenAtNanos > pieceNanosMax;
    }

    /** There is a server, which speaks for itself, or there will be none. */
    @Override
    public void close() {
        manager.ifPresent(NoticeSocket::close);
    }
}
