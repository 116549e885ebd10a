package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import baton.server.storage.StorageException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * While it is open, the server's log is silent, but what it logs as an error is kept: in a simulation that is a bug, unless it
 * is that the disk has failed or the process has died, which the machine looks into, that the disk hangs in a snapshot, or
 * that a file has decayed.
 */
final class QuietLog implements AutoCloseable {
    private static final List<String> OF_DISK =
            List.of("the disk has not answered for=", "damaged, taking a new snapshot in its place: ");

    private final Logger logger = (Logger) LoggerFactory.getLogger("baton.server");
    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();

    QuietLog() {
        errors.start();
        logger.setLevel(Level.ERROR);
        logger.setAdditive(false);
        logger.addAppender(errors);
    }

    void requireNoBug() {
        for (ILoggingEvent each : errors.list) {
            boolean isSaidOfDisk = OF_DISK.stream().anyMatch(each.getMessage()::startsWith);
            if (!isSaidOfDisk && !isOfDisk(each.getThrowableProxy())) {
                throw new AssertionError("the server logged an error: " + each + " " + each.getThrowableProxy());
            }
        }
    }

    private static boolean isOfDisk(@Nullable IThrowableProxy cause) {
        return cause instanceof ThrowableProxy known
                && (known.getThrowable() instanceof StorageException
                        || known.getThrowable() instanceof SimulatedDisk.Crash
                        || known.getThrowable() instanceof ProcessGone
                        || isOfDisk(known.getCause()));
    }

    @Override
    public void close() {
        logger.detachAppender(errors);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}
