package baton.shell.log;

import java.time.LocalTime;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What is said once, and how that is laid out:
 *
 * <pre>HH:mm:ss.SSS LEVEL Logger message</pre>
 *
 * <p>The time is the local one, the level takes five places, the logger is named without its package. A stack trace follows.
 */
record LogLine(
        long atMillis,
        Level level,
        String logger,
        String message,
        @Nullable Throwable thrown) {
    private static final int LEVEL_PLACES = 5;
    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final long MILLIS_OF_DAY = 86_400_000;

    /** Returns a warning of the same time. */
    LogLine warning(String ofLogger, String text) {
        return new LogLine(atMillis, Level.WARN, ofLogger, text, null);
    }

    /** Returns it with the end of its line. */
    String text(TimeZone zone) {
        StringBuilder text = new StringBuilder(128);
        // Not by a ZoneId: the first of them looks for time zones in every jar there is.
        long millisOfDay = Math.floorMod(atMillis + zone.getOffset(atMillis), MILLIS_OF_DAY);
        LocalTime time = LocalTime.ofNanoOfDay(millisOfDay * NANOS_OF_MILLI);
        number(text, time.getHour(), 2).append(':');
        number(text, time.getMinute(), 2).append(':');
        number(text, time.getSecond(), 2).append('.');
        number(text, time.getNano() / NANOS_OF_MILLI, 3).append(' ');
        String name = level.name();
        text.append(name).append(" ".repeat(LEVEL_PLACES - name.length()));
        text.append(' ').append(logger, logger.lastIndexOf('.') + 1, logger.length());
        text.append(' ').append(message).append(System.lineSeparator());
        if (thrown != null) {
            trace(text, "", thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
        }
        return text.toString();
    }

    private static StringBuilder number(StringBuilder text, int number, int places) {
        String digits = Integer.toString(number);
        return text.append("0".repeat(places - digits.length())).append(digits);
    }

    private static void trace(StringBuilder text, String role, Throwable thrown, Set<Throwable> told) {
        text.append(role).append(thrown).append(System.lineSeparator());
        if (!told.add(thrown)) {
            return;
        }
        for (StackTraceElement each : thrown.getStackTrace()) {
            text.append("\tat ").append(each).append(System.lineSeparator());
        }
        for (Throwable each : thrown.getSuppressed()) {
            trace(text, "Suppressed: ", each, told);
        }
        if (thrown.getCause() != null) {
            trace(text, "Caused by: ", thrown.getCause(), told);
        }
    }
}
