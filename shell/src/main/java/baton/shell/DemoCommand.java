package baton.shell;

import baton.shell.demo.Demo;
import baton.shell.demo.DemoOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton demo}: the main job. */
@Command(
        name = "demo",
        description = {
            "Master-worker over real files, with failures: every file is a task, a worker finds out its SHA-256 "
                    + "and counts its lines and words.",
            "A server, two masters, the workers and a client run as processes of their own. A worker is killed in "
                    + "the middle of a task, then the leading master; at the end the results are compared with those of a "
                    + "single process.",
            "",
            "A worker waits halfway through each task for a sign that it may go on, so that it can be killed "
                    + "there; half of the tasks are submitted once the first failure is overcome, so that the second finds "
                    + "work waiting. Nothing else is slowed down."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 0 only if the results are equal, no task is missing and none was recorded twice.",
            "",
            "Examples:",
            "  bin/baton demo",
            "  bin/baton demo --workers 5 /usr/share/doc/bash",
            "  bin/baton demo --connect 127.0.0.1:2181 --no-failures",
            "  bin/baton demo --connect etcd://127.0.0.1:2379"
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..*",
            paramLabel = "PATH",
            description = "Files, or directories with files; default: the text files of this repository.")
    private List<Path> paths = List.of();

    @Option(
            names = "--connect",
            paramLabel = "ADDRESS",
            description =
                    "Runs on HOST:PORT, Apache ZooKeeper included, or on etcd://HOST:PORT, instead of on a server of its "
                            + "own. What it makes there it removes in the end.")
    private Optional<String> servers = Optional.empty();

    @Option(names = "--workers", paramLabel = "N", description = "Number of workers, default ${DEFAULT-VALUE}.")
    private int workers = 3;

    @Option(names = "--no-failures", description = "Kills nobody.")
    private boolean noFailures;

    @Override
    public Integer call() throws InterruptedException {
        if (workers < 1) {
            throw new ParameterException(spec.commandLine(), "--workers " + workers + ": must be at least 1");
        }
        DemoOptions.Failures failures =
                noFailures ? DemoOptions.Failures.NONE : DemoOptions.Failures.WORKER_THEN_LEADER;
        DemoOptions options = new DemoOptions(paths, Launch.home(), servers, workers, failures);
        Demo demo = Launch.isShown() ? Demo.onTerminal(options, System.out) : Demo.intoPipe(options, System.out);
        return demo.run().number();
    }
}
