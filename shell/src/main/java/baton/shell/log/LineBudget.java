package baton.shell.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many lines each logger may still write in its present second. Pure: time is an argument. */
final class LineBudget {
    static final int LINES_MAX = 100;
    static final int SECOND_MILLIS = 1_000;

    /** What to do with a line. */
    enum Verdict {
        WRITE,
        /** Do not write it, and say that lines are left out from now on. */
        LEAVE_OUT_FIRST,
        LEAVE_OUT
    }

    /** Lines that were left out in a second that is over. */
    record LeftOut(String logger, int lines) {}

    private static final class Second {
        private final long startMillis;
        private int lines;

        Second(long startMillis) {
            this.startMillis = startMillis;
        }

        // A clock that was set back ends a second, too.
        boolean isOver(long nowMillis) {
            return nowMillis < startMillis || nowMillis >= startMillis + SECOND_MILLIS;
        }
    }

    private final Map<String, Second> seconds = new HashMap<>();
    private final List<String> overdrawn = new ArrayList<>();

    /** Counts a line. To be called after {@link #ended} with the same time. */
    Verdict take(String logger, long nowMillis) {
        Second second = seconds.get(logger);
        if (second == null || second.isOver(nowMillis)) {
            second = new Second(nowMillis);
            seconds.put(logger, second);
        }
        second.lines++;
        if (second.lines <= LINES_MAX) {
            return Verdict.WRITE;
        }
        if (second.lines > LINES_MAX + 1) {
            return Verdict.LEAVE_OUT;
        }
        overdrawn.add(logger);
        return Verdict.LEAVE_OUT_FIRST;
    }

    /** Returns the loggers whose lines were left out in a second that is over by now, each once. */
    List<LeftOut> ended(long nowMillis) {
        if (overdrawn.isEmpty()) {
            return List.of();
        }
        List<LeftOut> ended = new ArrayList<>();
        overdrawn.removeIf(logger -> {
            Second second = seconds.get(logger);
            if (second == null || !second.isOver(nowMillis)) {
                return false;
            }
            ended.add(new LeftOut(logger, second.lines - LINES_MAX));
            return true;
        });
        return ended;
    }
}
