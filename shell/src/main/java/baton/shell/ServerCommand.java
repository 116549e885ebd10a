package baton.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton server}: one server in the foreground. */
@Command(
        name = "server",
        description = {
            "Starts one server in the foreground.",
            "Without a file: standalone on 127.0.0.1:2181, with a data directory that it names. The first line "
                    + "on standard output says 'listening on HOST:PORT (...)'. SIGTERM stops it. 'bin/baton config check' "
                    + "tells beforehand whether it would start."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bin/baton server",
            "  bin/baton server --listen 127.0.0.1:2182 --data-dir /tmp/baton",
            "  bin/baton server conf/zoo.cfg"
        })
final class ServerCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "zoo.cfg", description = "Any configuration of Apache ZooKeeper.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where clients connect; port 0 picks one.")
    private Optional<String> listen = Optional.empty();

    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "Where log and snapshots are kept.")
    private Optional<Path> dataDir = Optional.empty();

    @Mixin
    private LenientOption lenience = new LenientOption();

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>();
        file.ifPresent(path -> arguments.add(path.toString()));
        listen.ifPresent(address -> arguments.addAll(List.of("--listen", address)));
        dataDir.ifPresent(path -> arguments.addAll(List.of("--data-dir", path.toString())));
        if (lenience.isGiven()) {
            arguments.add("--lenient");
        }
        return baton.server.Main.run(arguments, System.out, System.err).code();
    }
}
