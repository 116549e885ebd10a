package baton.shell;

import baton.server.DirectoryRepair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton repair}: a data directory that a server refuses. */
@Command(
        name = "repair",
        description = {
            "Says what is damaged in the data directory of a server that does not run, and up to which "
                    + "transaction it is provably whole.",
            "With --accept-loss-after makes that transaction the last one: the directory is copied aside, to "
                    + "version-2.damaged-DATE-TIME, and what follows is deleted. A backup, if there is one, loses less."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bin/baton repair conf/zoo.cfg",
            "  bin/baton repair --accept-loss-after 0x0:1f3 conf/zoo.cfg"
        })
final class RepairCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "zoo.cfg", description = "The server's configuration, if it has one.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "Where log and snapshots are kept.")
    private Optional<Path> dataDir = Optional.empty();

    @Option(
            names = "--accept-loss-after",
            paramLabel = "ZXID",
            description = "The last transaction to keep: the one that was named as the last that is whole.")
    private Optional<String> acceptLossAfter = Optional.empty();

    @Override
    public Integer call() {
        List<String> server = new ArrayList<>();
        file.ifPresent(path -> server.add(path.toString()));
        dataDir.ifPresent(path -> server.addAll(List.of("--data-dir", path.toString())));
        return DirectoryRepair.run(server, acceptLossAfter, System.out, System.err)
                .code();
    }
}
