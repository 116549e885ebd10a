package baton.shell;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code baton bench}: listed here for the help. The launcher starts the benchmarks by themselves, because nothing
 * that is deployed may depend on them.
 */
@Command(
        name = "bench",
        description = "Measures this server beside Apache ZooKeeper; 'bin/baton bench --help' says how.")
final class BenchCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        throw new CommandFailedException(
                ExitCode.PROBLEM, "start it as 'bin/baton bench " + String.join(" ", arguments) + "', from a clone");
    }
}
