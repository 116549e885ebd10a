package baton.shell;

import baton.shell.console.ScriptLoop;
import baton.shell.console.TerminalLoop;
import baton.shell.console.ZnodeShell;
import baton.shell.exit.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton shell}: one command, the commands of a pipe, or a conversation. */
@Command(
        name = "shell",
        description = {
            "Reads and changes znodes: takes the commands of zkCli.sh.",
            "With a COMMAND runs it and exits; without one asks for commands, or reads them from a pipe."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bin/baton shell                                     a prompt; 'help' lists the commands",
            "  bin/baton shell ls -R /",
            "  bin/baton shell -server 127.0.0.1:2181 create -e -s /tasks/task- 'some text'",
            "  echo 'get -s /config' | bin/baton shell"
        })
final class ShellCommand implements Callable<Integer> {
    @Option(
            names = {"-server", "--server"},
            paramLabel = "HOST:PORT,...[/CHROOT]",
            description = "Where to connect, default ${DEFAULT-VALUE}.")
    private String servers = "127.0.0.1:2181";

    @Option(names = "--keep-going", description = "Goes on after a command of a pipe failed.")
    private boolean keepGoing;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "One command and what it takes.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (ZnodeShell shell = ZnodeShell.over(servers, System.out, System.err)) {
            return run(shell).number();
        }
    }

    private ExitCode run(ZnodeShell shell) throws IOException, InterruptedException {
        if (!command.isEmpty()) {
            shell.reconnect();
            return command.size() == 1 ? shell.runLine(command.get(0)) : shell.run(command);
        }
        if (!Launch.isTyped() || !Launch.isShown()) {
            shell.reconnect();
            ScriptLoop.OnError onError = keepGoing ? ScriptLoop.OnError.CONTINUE : ScriptLoop.OnError.STOP;
            return new ScriptLoop(shell, onError)
                    .run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
        System.out.println("Connecting to " + servers);
        System.out.println("Welcome to Baton! 'help' lists the commands, Tab completes them and paths.");
        new TerminalLoop(shell, Path.of(System.getProperty("user.home"), ".baton", "history")).run();
        return ExitCode.OK;
    }
}
