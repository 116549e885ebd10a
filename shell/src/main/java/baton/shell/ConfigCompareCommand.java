package baton.shell;

import baton.server.config.ConfigException;
import baton.server.config.StatedKey;
import baton.shell.exit.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton config compare}. */
@Command(
        name = "compare",
        description = {
            "Lists the keys that the files of several servers do not state alike, and marks those in which the "
                    + "members of an ensemble must agree.",
            "Looks at nothing but the files. Ends with 0 if they are alike, else with 1."
        },
        mixinStandardHelpOptions = true)
final class ConfigCompareCommand implements Callable<Integer> {
    private static final String NOT_STATED = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "2..*", paramLabel = "zoo.cfg", description = "Two or more, of one server each.")
    private List<Path> files = List.of();

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() throws ConfigException {
        Map<String, Map<Path, StatedKey>> byKey = new TreeMap<>();
        for (Path file : files) {
            // As for a server, the last of two lines with one key counts.
            StatedKey.of(file)
                    .forEach(each -> byKey.computeIfAbsent(each.key(), key -> new LinkedHashMap<>())
                            .put(file, each));
        }
        byKey.values().removeIf(this::areAlike);
        PrintWriter out = spec.commandLine().getOut();
        byKey.forEach((key, stated) -> out.println(output.of(text(key, stated), fields(key, stated))));
        if (!output.isJson() && byKey.isEmpty()) {
            out.println("the files state the same");
        }
        out.flush();
        return (byKey.isEmpty() ? ExitCode.OK : ExitCode.PROBLEM).number();
    }

    private boolean areAlike(Map<Path, StatedKey> stated) {
        return stated.size() == new HashSet<>(files).size()
                && stated.values().stream().map(StatedKey::value).distinct().count() == 1;
    }

    private static boolean isOfEnsemble(Map<Path, StatedKey> stated) {
        return stated.values().stream().anyMatch(StatedKey::isOfEnsemble);
    }

    private String text(String key, Map<Path, StatedKey> stated) {
        StringBuilder text = new StringBuilder(key);
        if (isOfEnsemble(stated)) {
            text.append("  (all members of an ensemble need the same)");
        }
        for (Path each : files) {
            StatedKey there = stated.get(each);
            text.append(System.lineSeparator()).append("  ").append(each);
            text.append(there == null ? ": " + NOT_STATED : " line " + there.line() + ": " + there.shown());
        }
        return text.toString();
    }

    private Map<String, @Nullable Object> fields(String key, Map<Path, StatedKey> stated) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Path each : files) {
            StatedKey there = stated.get(each);
            values.put(each.toString(), there == null ? null : there.shown());
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("key", key);
        fields.put("ensemble", isOfEnsemble(stated));
        fields.put("values", values);
        return fields;
    }
}
