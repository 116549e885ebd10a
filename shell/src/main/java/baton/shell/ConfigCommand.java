package baton.shell;

import baton.server.Main;
import baton.server.config.ConfigException;
import baton.server.config.ConfigFile;
import baton.server.config.ConfigReport;
import baton.server.config.ConfigSources;
import baton.server.config.Occupied;
import baton.shell.exit.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton config}: looks at configurations without starting a server, and changes nothing. */
@Command(
        name = "config",
        description = "Checks and explains the configuration of a server; starts nothing and changes nothing.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigCommand.Check.class,
            ConfigCommand.Explain.class,
            ConfigCompareCommand.class,
            ConfigConvertCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  bin/baton config check conf/zoo.cfg",
            "  bin/baton config check --output json */zoo.cfg",
            "  bin/baton config explain conf/zoo.cfg",
            "  bin/baton config compare a/zoo.cfg b/zoo.cfg",
            "  bin/baton config convert old/zoo.cfg > conf/zoo.cfg",
            "  bin/baton config explain --keys         what is done with each known key"
        })
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code baton config check}. */
    @Command(
            name = "check",
            description = {
                "Finds everything that is wrong with the files, and what deserves a warning.",
                "Ends with 3 if a server would not start. Needs no free port; a running server is not disturbed."
            },
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(arity = "1..*", paramLabel = "zoo.cfg", description = "One or more, of one server each.")
        private List<Path> files = List.of();

        @Mixin
        private LenientOption lenience = new LenientOption();

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            ExitCode code = ExitCode.OK;
            Occupied machine = Occupied.here();
            // Read first, then looked at: hosts that do not answer are waited for together.
            List<Supplier<Found>> read =
                    files.stream().map(each -> read(each, machine)).toList();
            for (Supplier<Found> each : read) {
                Found found = each.get();
                out.println(output.of(found.text(), found.fields()));
                if (!found.problems.isEmpty()) {
                    code = ExitCode.CONFIGURATION;
                }
            }
            out.flush();
            return code.number();
        }

        private ConfigSources sources() {
            ConfigSources sources = Main.sources();
            return lenience.isGiven() ? sources.withLenience() : sources;
        }

        private Supplier<Found> read(Path file, Occupied machine) {
            try {
                ConfigFile config = ConfigFile.read(file, sources());
                machine.begin(config.settings());
                return () -> found(file, config, machine);
            } catch (ConfigException e) {
                return () -> new Found(file, e.problems(), List.of(), List.of());
            }
        }

        private static Found found(Path file, ConfigFile config, Occupied machine) {
            List<String> warnings = new ArrayList<>(config.warnings());
            warnings.addAll(machine.directories(config.settings()));
            warnings.addAll(machine.ports(config.settings()));
            warnings.addAll(machine.addresses(config.settings()));
            return new Found(file, List.of(), warnings, config.notes());
        }
    }

    private record Found(Path file, List<String> problems, List<String> warnings, List<String> notes) {
        Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("file", file.toString());
            fields.put("ok", problems.isEmpty());
            fields.put("problems", problems);
            fields.put("warnings", warnings);
            fields.put("notes", notes);
            return fields;
        }

        String text() {
            List<String> lines = new ArrayList<>();
            problems.forEach(each -> lines.add("error: " + each));
            warnings.forEach(each -> lines.add("warning: " + each));
            notes.forEach(each -> lines.add("note: " + each));
            lines.add(
                    problems.isEmpty()
                            ? file + ": a server would start"
                            : file + ": a server would not start, for " + problems.size()
                                    + (problems.size() == 1 ? " reason" : " reasons"));
            return String.join(System.lineSeparator(), lines);
        }
    }

    /** {@code baton config explain}. */
    @Command(
            name = "explain",
            description = {
                "Lists every key in force with its value and where that was said: in the file, the environment, a "
                        + "system property, or nowhere.",
                "Without a file: what a server without one would do."
            },
            mixinStandardHelpOptions = true)
    static final class Explain implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(arity = "0..1", paramLabel = "zoo.cfg", description = "The file to explain.")
        private Optional<Path> file = Optional.empty();

        @Option(names = "--keys", description = "Lists what is done with each key that is known, instead.")
        private boolean keys;

        @Mixin
        private LenientOption lenience = new LenientOption();

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() throws ConfigException {
            List<Row> rows = new ArrayList<>();
            if (keys) {
                ConfigFile.knownKeys().forEach(each -> rows.add(Row.of(each)));
            } else {
                Main.report(file, lenience.isGiven()).keys().forEach(each -> rows.add(Row.of(each)));
            }
            PrintWriter out = spec.commandLine().getOut();
            int keyWidth =
                    rows.stream().mapToInt(each -> each.key().length()).max().orElse(0);
            for (Row each : rows) {
                out.println(output.of(each.line(keyWidth), each.fields()));
            }
            out.flush();
            return ExitCode.OK.number();
        }
    }

    /** What is listed of a key; each of the last two may be empty. */
    private record Row(String key, String value, String origin, String remark) {
        static Row of(ConfigReport.Entry entry) {
            return new Row(entry.key(), entry.value(), entry.origin(), entry.remark());
        }

        static Row of(ConfigReport.Known known) {
            return new Row(known.key(), known.treatment(), "", known.reason());
        }

        String line(int keyWidth) {
            return String.format(
                    "%-" + keyWidth + "s  %s%s%s",
                    key,
                    value,
                    origin.isEmpty() ? "" : "  (" + origin + ")",
                    remark.isEmpty() ? "" : "  " + remark);
        }

        Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("key", key);
            fields.put("value", value);
            fields.put("origin", origin);
            fields.put("remark", remark);
            return fields;
        }
    }
}
