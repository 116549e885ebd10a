package baton.shell;

import baton.server.config.ConfigException;
import baton.server.config.StatedKey;
import baton.shell.exit.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton config convert}. */
@Command(
        name = "convert",
        description = {
            "Prints the file as this server understands it: each key by its usual name, and what does nothing "
                    + "here, or keeps a server from starting, as a comment with the reason.",
            "Comments of the file are left out; passwords are not."
        },
        mixinStandardHelpOptions = true)
final class ConfigConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1", paramLabel = "zoo.cfg", description = "Any configuration of Apache ZooKeeper.")
    private Path file = Path.of("zoo.cfg");

    @Override
    public Integer call() throws ConfigException {
        PrintWriter out = spec.commandLine().getOut();
        for (StatedKey each : StatedKey.of(file)) {
            each.doubt().ifPresent(reason -> out.println("# line " + each.line() + " " + reason));
            out.println((each.doubt().isPresent() ? "# " : "") + escapedKey(each.key()) + "=" + escaped(each.value()));
        }
        out.flush();
        return ExitCode.OK.number();
    }

    // In this syntax a backslash begins an escape. Blanks at the ends of a value are not part of it.
    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t")
                .replace("\f", "\\f");
    }

    // These would end a key.
    private static String escapedKey(String key) {
        return escaped(key).replace(" ", "\\ ").replace("=", "\\=").replace(":", "\\:");
    }
}
