package baton.shell;

import baton.server.FileDump;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton dump}: what a log or a snapshot holds. */
@Command(
        name = "dump",
        description = {
            "Prints what logs and snapshots hold, a line for each transaction or node: those of Baton and of Apache "
                    + "ZooKeeper, packed or not.",
            "Changes nothing, and needs no server to stop: the log of one that runs may end within a record."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 all of it was read, 1 no such file, or neither log nor snapshot, 6 damaged.",
            "",
            "Examples:",
            "  bin/baton dump data/version-2/log.1",
            "  bin/baton dump --data data/version-2/snapshot.* | grep '^node path=\"/app'"
        })
final class DumpCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A log or a snapshot.")
    private List<Path> files = List.of();

    @Option(names = "--data", description = "Also the data of the nodes, as text; else only how many bytes they are.")
    private boolean withData;

    @Override
    public Integer call() {
        // Not the usual one, which hands over each line by itself.
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                false,
                StandardCharsets.UTF_8);
        return FileDump.run(files, withData, out, System.err).code();
    }
}
