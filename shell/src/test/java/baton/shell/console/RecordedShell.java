package baton.shell.console;

import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A shell whose output can be read, connected to somebody else's server. */
final class RecordedShell implements AutoCloseable {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final ZnodeShell shell;

    private RecordedShell(ZnodeShellMaker maker) {
        shell = maker.make(
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        shell.reconnect();
    }

    /** Makes a shell that prints there. */
    private interface ZnodeShellMaker {
        ZnodeShell make(PrintStream out, PrintStream err);
    }

    static RecordedShell at(ShellSettings settings) {
        return new RecordedShell((out, err) -> ZnodeShell.over(settings, out, err));
    }

    static RecordedShell at(ShellSettings settings, Znodes.Opener opener) {
        return new RecordedShell((out, err) -> new ZnodeShell(opener, settings, out, err));
    }

    ZnodeShell shell() {
        return shell;
    }

    ExitCode run(String line) throws InterruptedException {
        return shell.runLine(line);
    }

    /** Runs lines that must go well, and forgets what they printed. */
    void given(String... lines) throws InterruptedException {
        for (String line : lines) {
            if (run(line) != ExitCode.OK) {
                throw new AssertionError(line + ": " + err());
            }
        }
        results.reset();
        errors.reset();
    }

    /** The results so far, with line ends as Java has them. */
    String out() {
        return text(results);
    }

    /** What was printed beside the results so far. */
    String err() {
        return text(errors);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /** What a line prints, which must go well. */
    String outOf(String line) throws InterruptedException {
        given();
        if (run(line) != ExitCode.OK) {
            throw new AssertionError(line + ": " + err());
        }
        return out();
    }

    List<String> linesOf(String line) throws InterruptedException {
        return outOf(line).lines().toList();
    }

    @Override
    public void close() {
        shell.close();
    }
}
