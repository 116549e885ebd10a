package baton.shell.console;

import baton.core.testkit.ServerProcess;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.util.List;

/**
 * A shell whose output can be read, connected to a server of its own: to ours, or with {@code -Dshell.server=apache} to Apache
 * ZooKeeper's.
 */
final class ShellOnServer implements AutoCloseable {
    private static final boolean ON_APACHE = "apache".equals(System.getProperty("shell.server"));

    private final String address;
    private final Runnable end;
    private final RecordedShell shell;

    private ShellOnServer(ShellSettings.Form form) throws StartFailedException {
        if (ON_APACHE) {
            ServerProcess server = ServerProcess.apache();
            address = server.connectString();
            end = server::close;
        } else {
            BatonServer server = BatonServer.start(ServerSettings.inMemory());
            address = "127.0.0.1:" + server.port();
            end = server::close;
        }
        shell = RecordedShell.at(ShellSettings.of(address).withForm(form));
    }

    static ShellOnServer start() throws StartFailedException {
        return new ShellOnServer(ShellSettings.Form.TEXT);
    }

    static ShellOnServer printingJson() throws StartFailedException {
        return new ShellOnServer(ShellSettings.Form.JSON);
    }

    String address() {
        return address;
    }

    ZnodeShell shell() {
        return shell.shell();
    }

    ExitCode run(String line) throws InterruptedException {
        return shell.run(line);
    }

    /** Runs lines that must go well, and forgets what they printed. */
    void given(String... lines) throws InterruptedException {
        shell.given(lines);
    }

    /** The results so far, with line ends as Java has them. */
    String out() {
        return shell.out();
    }

    /** What was printed beside the results so far. */
    String err() {
        return shell.err();
    }

    /** What a line prints, which must go well. */
    String outOf(String line) throws InterruptedException {
        return shell.outOf(line);
    }

    List<String> linesOf(String line) throws InterruptedException {
        return shell.linesOf(line);
    }

    /** Ends the server before the shell. */
    void stopServer() {
        end.run();
    }

    @Override
    public void close() {
        shell.close();
        end.run();
    }
}
