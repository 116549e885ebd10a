package baton.shell;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code baton ensemble}: refuses, because servers do not replicate in this version. */
@Command(
        name = "ensemble",
        description = "Starts a local ensemble for development. Not available: servers do not replicate yet.",
        mixinStandardHelpOptions = true)
final class EnsembleCommand implements Callable<Integer> {
    @Option(names = "--size", paramLabel = "N", description = "Number of servers, default ${DEFAULT-VALUE}.")
    private int size = 3;

    @Override
    public Integer call() {
        throw new CommandFailedException(
                ExitCode.PROBLEM,
                "an ensemble of " + size + " is not possible: servers do not replicate in this version;"
                        + " 'bin/baton server' starts a standalone one");
    }
}
