package baton.shell.console;

import baton.recipes.json.Json;
import java.io.PrintStream;

/** Where results and errors go, and in which form. Results are on one stream, everything else on the other. */
final class Output {
    private final PrintStream out;
    private final PrintStream err;
    private final ShellSettings.Form form;
    private final Paint paint;

    Output(PrintStream out, PrintStream err, ShellSettings settings) {
        this.out = out;
        this.err = err;
        this.form = settings.form();
        this.paint = settings.paint();
    }

    boolean isJson() {
        return form == ShellSettings.Form.JSON;
    }

    /** How text for people is coloured; not at all in JSON. */
    Paint paint() {
        return isJson() ? Paint.PLAIN : paint;
    }

    /** @throws CommandRefusedException if nobody takes results any more, as behind {@code | head} */
    void result(Result result) {
        out.println(isJson() ? Json.write(result.fields()) : result.text());
        if (out.checkError()) {
            throw new CommandRefusedException("Output", null, "the results cannot be written any more: stopped");
        }
    }

    /** Writes bytes as they are, without a line end. */
    void raw(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    /** Says something beside the results. */
    void note(String text) {
        err.println(text);
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
