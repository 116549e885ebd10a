package baton.shell.console;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A shell whose output can be read, connected to a server of its own. */
final class ShellOnServer implements AutoCloseable {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final BatonServer server;
    private final ZnodeShell shell;

    private ShellOnServer(ShellSettings.Form form) throws StartFailedException {
        server = BatonServer.start(ServerSettings.inMemory());
        shell = ZnodeShell.over(
                ShellSettings.of(address()).withForm(form),
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        shell.reconnect();
    }

    static ShellOnServer start() throws StartFailedException {
        return new ShellOnServer(ShellSettings.Form.TEXT);
    }

    static ShellOnServer printingJson() throws StartFailedException {
        return new ShellOnServer(ShellSettings.Form.JSON);
    }

    String address() {
        return "127.0.0.1:" + server.port();
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
                throw new AssertionError(line + ": " + errors.toString(StandardCharsets.UTF_8));
            }
        }
        results.reset();
        errors.reset();
    }

    /** The results so far, with line ends as Java has them. */
    String out() {
        return results.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /** What was printed beside the results so far. */
    String err() {
        return errors.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
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
        server.close();
    }
}
