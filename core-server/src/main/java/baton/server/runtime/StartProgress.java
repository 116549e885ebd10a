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
 * How a server gets on that starts. Whoever reads its data runs this whenever a piece is done: as long as he does, a service
 * manager waits, however much there is to read. Whoever hangs is given up when the time of the last piece is over.
 *
 * <p>Run by one thread.
 */
public final class StartProgress implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StartProgress.class);

    /** How long a piece may take: what is done to the whole tree once it is read is one, and so is a snapshot of it. */
    private static final long PIECE_SECONDS_MAX = 300;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final @Nullable NoticeSocket manager;
    private final Clock clock;
    private long toldAtNanos;

    private StartProgress(@Nullable NoticeSocket manager, Clock clock) {
        this.manager = manager;
        this.clock = clock;
        this.toldAtNanos = clock.nanos() - PAUSE_NANOS;
    }

    /** Begins; a manager that does not listen is no reason not to start. */
    public static StartProgress begin(Optional<Supervisor> manager, Clock clock) {
        return new StartProgress(manager.flatMap(StartProgress::open).orElse(null), clock);
    }

    private static Optional<NoticeSocket> open(Supervisor manager) {
        try {
            return Optional.of(NoticeSocket.open(manager.socket()));
        } catch (IOException e) {
            // It is warned of when the server is ready.
            log.debug("failed to notify socket={} because={}", manager.socket(), e.getMessage());
            return Optional.empty();
        }
    }

    /** A piece is done, of which there are many. */
    @Override
    public void run() {
        NoticeSocket told = manager;
        if (told == null) {
            return;
        }
        long now = clock.nanos();
        if (now - toldAtNanos >= PAUSE_NANOS) {
            toldAtNanos = now;
            told.send("EXTEND_TIMEOUT_USEC=" + TimeUnit.SECONDS.toMicros(PIECE_SECONDS_MAX));
        }
    }

    /** All is read, or nothing more will be. */
    @Override
    public void close() {
        NoticeSocket told = manager;
        if (told != null) {
            told.close();
        }
    }
}
