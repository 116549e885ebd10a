package baton.shell.console;

import baton.recipes.json.Json;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where results and errors go, and in which form. Results are on one stream, everything else on the other. */
final class Output {
    private final PrintStream out;
    private final PrintStream err;
    private final ShellSettings.Form form;
    private final Paint paint;
    private final ShellSettings.Content content;
    // Whoever reads along at a screen may have had enough. Writer: the main thread.
    private @Nullable Predicate<String> reader;
    // Writer: the main thread, before the first command.
    private boolean progressShown;

    Output(PrintStream out, PrintStream err, ShellSettings settings) {
        this.out = out;
        this.err = err;
        this.form = settings.form();
        this.paint = settings.paint();
        this.content = settings.content();
    }

    /** Has each line shown to somebody who may not want any more of them. */
    void showLinesTo(Predicate<String> pager) {
        reader = pager;
    }

    boolean isJson() {
        return form == ShellSettings.Form.JSON;
    }

    /** How text for people is coloured; not at all in JSON. */
    Paint paint() {
        return isJson() ? Paint.PLAIN : paint;
    }

    /** Whether data that was asked for is to come as it is, without a line end. */
    boolean isBare() {
        return content == ShellSettings.Content.BARE && !isJson();
    }

    /**
     * Prints a result.
     *
     * @throws CommandRefusedException if nobody takes results any more, as behind {@code | head}
     * @throws EnoughException if whoever reads them wants no more
     */
    void result(Result result) {
        Predicate<String> asked = reader;
        if (asked == null) {
            live(result);
            return;
        }
        for (String line : shown(result).split("\n", -1)) {
            if (!asked.test(line)) {
                throw new EnoughException();
            }
            print(line);
        }
    }

    /** Prints a result that comes when it comes; nobody is asked whether to go on. */
    void live(Result result) {
        print(shown(result));
    }

    private void print(String text) {
        out.println(text);
        if (out.checkError()) {
            throw new CommandRefusedException("Output", null, "the results cannot be written any more: stopped");
        }
    }

    /** Makes room on a screen for what is printed again and again. */
    void clear() {
        if (reader != null) {
            out.print("\u001b[H\u001b[2J");
        }
    }

    /** How a result is printed. */
    String shown(Result result) {
        return isJson() ? Json.write(result.fields()) : result.text();
    }

    /** Writes bytes as they are, without a line end. */
    void raw(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    /** Has the progress of long commands shown beside the results, for people who look at them. */
    void showProgress() {
        progressShown = !isJson();
    }

    /** Shows how far a command is, in the place of what this showed last; nothing clears that place. */
    void progress(String text) {
        if (progressShown) {
            err.print("\r" + paint.faint(text) + (text.isEmpty() ? "" : " ") + "\u001b[K");
            err.flush();
        }
    }

    /** Says something beside the results. */
    void note(String text) {
        err.println(isJson() ? Json.write(Map.of("note", text)) : text);
    }

    void error(ShellException failure) {
        err.println(isJson() ? Json.write(failure.fields()) : paint.error(String.valueOf(failure.getMessage())));
    }

    /** Prints a line that is text in either form, such as an event. */
    void line(String text) {
        out.println(text);
    }

    void flush() {
        out.flush();
    }
}
