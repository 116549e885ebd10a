package baton.shell.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines in UTF-8, each at once. {@link #writeSparingly} writes at most a hundred of each logger a second, so that what
 * goes wrong again and again fills no disk: it says when it begins to leave lines out, and, before the next line of anybody
 * once that second is over, how many they were.
 *
 * <p>Any thread may call it; lines wait for each other.
 */
final class LogLines {
    private final PrintStream out;
    private @Nullable Consumer<String> terminal; // Guarded by this.
    private final LineBudget budget = new LineBudget();

    /** Made with the first line: to read what time zones there are takes a while. */
    private static final class Here {
        static final TimeZone ZONE = TimeZone.getDefault();
    }

    LogLines(PrintStream out) {
        this.out = out;
    }

    /** Has lines shown by who has the terminal; null for the stream again. */
    synchronized void showBy(@Nullable Consumer<String> other) {
        terminal = other;
    }

    synchronized void write(LogLine line) {
        String shown = line.text(Here.ZONE);
        if (terminal != null) {
            terminal.accept(shown);
            return;
        }
        byte[] text = shown.getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        out.flush();
    }

    synchronized void writeSparingly(LogLine line) {
        for (LineBudget.LeftOut each : budget.ended(line.atMillis())) {
            write(line.warning(each.logger(), "left out lines=" + each.lines()));
        }
        switch (budget.take(line.logger(), line.atMillis())) {
            case WRITE -> write(line);
            case LEAVE_OUT_FIRST ->
                write(line.warning(
                        line.logger(), "leaving out lines beyond " + LineBudget.LINES_MAX + " of this second"));
            case LEAVE_OUT -> {}
        }
    }
}
