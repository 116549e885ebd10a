package baton.shell.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;

/**
 * Stops before a line that would push one off the screen that nobody has read yet, until a key is pressed: space for the
 * next screenful, return for one line, {@code G} for all the rest, {@code q} for no more.
 */
final class Pager {
    private static final String QUESTION = "\u001b[7m--more--\u001b[0m space, return, G for all, q to stop";
    private static final String ERASED = "\r\u001b[K";
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;

    private final Terminal terminal;
    /** Rows that can be printed before one is lost. */
    private int room;

    Pager(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Begins with what a new command prints. */
    void begin() {
        room = screenful();
    }

    /** Returns whether the line is wanted, having asked if it does not fit. */
    boolean wants(String line) {
        int rows = rowsOf(line);
        if (rows > room && !asked(rows)) {
            return false;
        }
        room -= rows;
        return true;
    }

    private boolean asked(int rows) {
        while (true) {
            switch (key()) {
                case ' ':
                    room = Math.max(rows, screenful());
                    return true;
                case '\r', '\n', 'j':
                    room = rows;
                    return true;
                case 'G':
                    room = Integer.MAX_VALUE;
                    return true;
                case 'q', 'Q', CTRL_C, CTRL_D, -1:
                    return false;
                default:
                // Keys without a meaning are not heard.
            }
        }
    }

    private int key() {
        Attributes before = terminal.enterRawMode();
        try {
            terminal.writer().print(QUESTION);
            terminal.flush();
            return terminal.reader().read();
        } catch (InterruptedIOException interrupted) {
            return CTRL_C;
        } catch (IOException gone) {
            return -1;
        } finally {
            terminal.writer().print(ERASED);
            terminal.flush();
            terminal.setAttributes(before);
        }
    }

    /** A terminal that does not know its height never fills. */
    private int screenful() {
        int height = terminal.getHeight();
        return height > 1 ? height - 1 : Integer.MAX_VALUE;
    }

    private int rowsOf(String line) {
        int width = terminal.getWidth();
        int columns = AttributedString.fromAnsi(line).columnLength();
        return width < 1 || columns == 0 ? 1 : (columns + width - 1) / width;
    }
}
