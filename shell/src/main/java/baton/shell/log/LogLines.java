package baton.shell.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines in UTF-8, each at once. {@link #writeSparingly} writes at most a hundred of each logger a second, so that what
 * goes wrong again and again fills no disk: it says when it begins to leave lines out, and, before the next line of anybody
 * once that second is over, how many they were.
 *
 * <p>Any thread may call it. Who has the terminal is called without a lock: it has locks of its own, under which it may log.
 */
final class LogLines {
    private final PrintStream out;
    private volatile @Nullable Consumer<String> terminal;
    private final LineBudget budget = new LineBudget(); // Guarded by this.

    /** Made with the first line: to read what time zones there are takes a while. */
    private static final class Here {
        static final TimeZone ZONE = TimeZone.getDefault();
    }

    LogLines(PrintStream out) {
        this.out = out;
    }

    /** Has lines shown by who has the terminal; null for the stream again. */
    void showBy(@Nullable Consumer<String> other) {
        terminal = other;
    }

    void write(LogLine line) {
        String shown = line.text(Here.ZONE);
        Consumer<String> other = terminal;
        if (other != null) {
            other.accept(shown);
            return;
        }
        byte[] text = shown.getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        out.flush();
    }

    void writeSparingly(LogLine line) {
        due(line).forEach(this::write);
    }

    /** Returns what is to be written now that there is this line. */
    private synchronized List<LogLine> due(LogLine line) {
        List<LogLine> due = new ArrayList<>();
        for (LineBudget.LeftOut each : budget.ended(line.atMillis())) {
            due.add(line.warning(each.logger(), "left out lines=" + each.lines()));
        }
        switch (budget.take(line.logger(), line.atMillis())) {
            case WRITE -> due.add(line);
            case LEAVE_OUT_FIRST ->
                due.add(line.warning(
                        line.logger(), "leaving out lines beyond " + LineBudget.LINES_MAX + " of this second"));
            case LEAVE_OUT -> {}
        }
        return due;
    }
}
