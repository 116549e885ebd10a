package baton.server.sim.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/** While it is open, the server's log is silent, but what it logs as an error is kept: in a simulation that is a bug. */
final class QuietLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("baton.server");
    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();

    QuietLog() {
        errors.start();
        logger.setLevel(Level.ERROR);
        logger.setAdditive(false);
        logger.addAppender(errors);
    }

    void requireNoBug() {
        if (!errors.list.isEmpty()) {
            ILoggingEvent first = errors.list.get(0);
            throw new AssertionError("the server logged an error: " + first + " " + first.getThrowableProxy());
        }
    }

    @Override
    public void close() {
        logger.detachAppender(errors);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}
