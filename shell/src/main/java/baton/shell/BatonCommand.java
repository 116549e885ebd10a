package baton.shell;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code baton} itself: holds the subcommands, and without one shows what there is. */
@Command(
        name = "baton",
        description = "Coordination for services on several machines.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {
            DemoCommand.class,
            ServerCommand.class,
            ConfigCommand.class,
            RepairCommand.class,
            DumpCommand.class,
            HealthCommand.class,
            TlsCommand.class,
            ShellCommand.class,
            EnsembleCommand.class,
            BenchCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Every command of the shell is one here too, and so are its options:",
            "  bin/baton get /x",
            "  bin/baton -server zk1:2181 get /x",
            "",
            "Exit codes: 0 ok, 1 refused or a problem found, 2 usage, 3 configuration, 4 cannot connect or timed out, "
                    + "5 permission, 6 data damaged, 7 already running, 70 internal error, 130 interrupted."
        })
final class BatonCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine command = spec.commandLine();
        command.usage(command.getOut());
    }
}
