package baton.shell.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Passes at most a hundred lines of each logger a second, so that what goes wrong again and again fills no disk. It says
 * when it begins to leave lines out, and, before the next line of anybody once that second is over, how many they were.
 */
public final class LimitedAppender extends AppenderBase<ILoggingEvent> implements AppenderAttachable<ILoggingEvent> {
    private final AppenderAttachableImpl<ILoggingEvent> behind = new AppenderAttachableImpl<>();
    private final LineBudget budget = new LineBudget();

    // Called by one thread at a time: the superclass sees to that.
    @Override
    protected void append(ILoggingEvent event) {
        long nowMillis = event.getTimeStamp();
        for (LineBudget.LeftOut each : budget.ended(nowMillis)) {
            say(each.logger(), nowMillis, "left out lines=" + each.lines());
        }
        switch (budget.take(event.getLoggerName(), nowMillis)) {
            case WRITE -> behind.appendLoopOnAppenders(event);
            case LEAVE_OUT_FIRST ->
                say(
                        event.getLoggerName(),
                        nowMillis,
                        "leaving out lines beyond " + LineBudget.LINES_MAX + " of this second");
            case LEAVE_OUT -> {}
        }
    }

    private void say(String logger, long nowMillis, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext((LoggerContext) getContext());
        event.setLoggerName(logger);
        event.setLevel(Level.WARN);
        event.setMessage(message);
        event.setTimeStamp(nowMillis);
        event.setThreadName(Thread.currentThread().getName());
        behind.appendLoopOnAppenders(event);
    }

    @Override
    public void stop() {
        super.stop();
        behind.detachAndStopAllAppenders();
    }

    @Override
    public void addAppender(Appender<ILoggingEvent> appender) {
        behind.addAppender(appender);
    }

    @Override
    public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
        return behind.iteratorForAppenders();
    }

    @Override
    public @Nullable Appender<ILoggingEvent> getAppender(String name) {
        return behind.getAppender(name);
    }

    @Override
    public boolean isAttached(Appender<ILoggingEvent> appender) {
        return behind.isAttached(appender);
    }

    @Override
    public void detachAndStopAllAppenders() {
        behind.detachAndStopAllAppenders();
    }

    @Override
    public boolean detachAppender(Appender<ILoggingEvent> appender) {
        return behind.detachAppender(appender);
    }

    @Override
    public boolean detachAppender(String name) {
        return behind.detachAppender(name);
    }
}
