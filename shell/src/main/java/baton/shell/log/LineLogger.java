package baton.shell.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that makes lines of what is said at its level or above. Markers change nothing. */
final class LineLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final int lowest;
    private final transient LogLines lines;
    private final boolean limited;

    /**
     * @param lowest the number of the lowest level that is written
     * @param lines where the lines go
     * @param limited whether there may be only so many of them a second
     */
    LineLogger(String name, int lowest, LogLines lines, boolean limited) {
        this.name = name;
        this.lowest = lowest;
        this.lines = lines;
        this.limited = limited;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String message = String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments));
        LogLine line = new LogLine(System.currentTimeMillis(), level, name, message, thrown);
        if (limited) {
            lines.writeSparingly(line);
        } else {
            lines.write(line);
        }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return lowest <= Level.TRACE.toInt();
    }

    @Override
    public boolean isDebugEnabled() {
        return lowest <= Level.DEBUG.toInt();
    }

    @Override
    public boolean isInfoEnabled() {
        return lowest <= Level.INFO.toInt();
    }

    @Override
    public boolean isWarnEnabled() {
        return lowest <= Level.WARN.toInt();
    }

    @Override
    public boolean isErrorEnabled() {
        return lowest <= Level.ERROR.toInt();
    }
}
