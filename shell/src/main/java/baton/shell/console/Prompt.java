package baton.shell.console;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;

/** Where commands are typed. What stands before them is true whenever it is drawn, also while somebody types. */
final class Prompt {
    private final ZnodeShell shell;
    private final LineReader reader;
    // Read by the client's thread. Writer: the main thread.
    private volatile boolean shown;

    Prompt(ZnodeShell shell, LineReader reader) {
        this.shell = shell;
        this.reader = reader;
        // What changed just before it is there is known to nobody else.
        reader.getWidgets().put(LineReader.CALLBACK_INIT, () -> {
            refresh();
            return true;
        });
    }

    /**
     * Waits for a line.
     *
     * @throws UserInterruptException at Ctrl-C
     * @throws EndOfFileException at Ctrl-D
     */
    String readLine() {
        shown = true;
        try {
            return reader.readLine(shell.prompt());
        } finally {
            shown = false;
        }
    }

    /** Prints above what is typed. Any thread may call it. */
    void printAbove(String text) {
        refresh();
        try {
            reader.printAbove(text);
        } catch (IllegalStateException closed) {
            // The terminal is gone, and whoever read there.
        }
    }

    /** Draws it anew, if it is there. Any thread may call it. */
    void redraw() {
        if (refresh()) {
            try {
                reader.callWidget(LineReader.REDISPLAY);
            } catch (IllegalStateException typed) {
                // The line ended just now: the next one is drawn as it should be.
            }
        }
    }

    private boolean refresh() {
        if (shown && reader instanceof LineReaderImpl drawn) {
            drawn.setPrompt(shell.prompt());
            return true;
        }
        return false;
    }
}
