package baton.shell.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Where the user follows the demo: a bar that moves on a terminal, plain lines anywhere else. */
final class Screen {
    /** What the output can show. */
    enum Kind {
        TERMINAL,
        PIPE
    }

    private static final int BAR_CELLS = 40;
    private static final String CLEAR_LINE = "\r\u001B[K";
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long REDRAW_NANOS = NANOS_PER_SECOND / 20;
    private static final int PIPE_STEPS = 10;

    private final PrintStream out;
    private final Kind kind;
    private final long startNanos = System.nanoTime();
    private String bar = "";
    private long drawnNanos;
    private int stepsPrinted;

    Screen(PrintStream out, Kind kind) {
        this.out = out;
        this.kind = kind;
    }

    /** Prints a line of its own with the time since the start. */
    void say(String format, Object... arguments) {
        clear();
        out.println(stamp() + String.format(Locale.ROOT, format, arguments));
        draw();
    }

    /** Prints lines as they are. */
    void print(String lines) {
        clear();
        out.println(lines);
        draw();
    }

    /** Shows how far it is. */
    void progress(int done, int total) {
        if (kind == Kind.TERMINAL) {
            bar = bar(done, total);
            if (done == total || System.nanoTime() - drawnNanos >= REDRAW_NANOS) {
                clear();
                draw();
            }
        } else if (done * PIPE_STEPS / total > stepsPrinted) {
            stepsPrinted = done * PIPE_STEPS / total;
            out.println(stamp() + done + " of " + total + " tasks recorded");
        }
    }

    /** Ends the bar; it stays on the terminal as it is. */
    void endProgress() {
        if (!bar.isEmpty()) {
            bar = "";
            out.println();
        }
    }

    private void clear() {
        if (!bar.isEmpty()) {
            out.print(CLEAR_LINE);
        }
    }

    private void draw() {
        if (!bar.isEmpty()) {
            out.print(bar);
            out.flush();
            drawnNanos = System.nanoTime();
        }
    }

    private static String bar(int done, int total) {
        int full = (int) ((long) BAR_CELLS * done / total);
        return "        [" + "#".repeat(full) + ".".repeat(BAR_CELLS - full) + "] " + done + "/" + total + " tasks";
    }

    private String stamp() {
        return String.format(Locale.ROOT, "%6.2f s  ", (double) (System.nanoTime() - startNanos) / NANOS_PER_SECOND);
    }
}
