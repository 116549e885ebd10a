package baton.server;

import baton.server.config.ConfigException;
import baton.server.config.ConfigFile;
import baton.server.config.ConfigReport;
import baton.server.config.ConfigSources;
import baton.server.config.Exposure;
import baton.server.config.ListenAddress;
import baton.server.config.OwnDefaults;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a server.
 *
 * @param settings what it comes to
 * @param remarks warnings and notes about the file, one a line
 * @param report where each setting was said
 */
record ServerArguments(ServerSettings settings, List<String> remarks, ConfigReport report) {
    static final String USAGE = "usage: server [zoo.cfg] [--listen HOST:PORT] [--data-dir DIRECTORY] [--lenient]";

    /** The command line says something it cannot mean. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /** What the words on the command line say, before any file is read. */
    record Words(
            @Nullable Path file,
            @Nullable ListenAddress listen,
            @Nullable Path dataDir,
            boolean lenient) {
        static Words of(List<String> arguments) throws UsageException {
            @Nullable Path file = null;
            @Nullable ListenAddress listen = null;
            @Nullable Path dataDir = null;
            boolean lenient = false;
            for (int i = 0; i < arguments.size(); i++) {
                String each = arguments.get(i);
                if (each.equals("--listen")) {
                    listen = address(value(arguments, ++i, each));
                } else if (each.equals("--data-dir")) {
                    dataDir = path(value(arguments, ++i, each));
                } else if (each.equals("--lenient")) {
                    lenient = true;
                } else if (each.startsWith("-")) {
                    throw new UsageException("unknown option " + each);
                } else if (file != null) {
                    throw new UsageException("one configuration is enough: " + file + ", then " + each);
                } else {
                    file = path(each);
                }
            }
            return new Words(file, listen, dataDir, lenient);
        }
    }

    /** Says whether the key may be stated somewhere, without a look at what is said of it. */
    static boolean mention(String key, List<String> arguments, ConfigSources sources) {
        try {
            return sources.mention(key, Words.of(arguments).file);
        } catch (UsageException e) {
            // Whoever takes them in earnest tells of it.
            return true;
        }
    }

    static ServerArguments parse(List<String> arguments, ConfigSources given) throws UsageException, ConfigException {
        Words words = Words.of(arguments);
        ConfigSources sources = words.lenient ? given.withLenience() : given;
        return words.file == null
                ? withoutFile(words.listen, words.dataDir, sources)
                : withFile(words.file, words.listen, words.dataDir, sources);
    }

    private static ServerArguments withoutFile(
            @Nullable ListenAddress listen, @Nullable Path dataDir, ConfigSources sources) throws ConfigException {
        ListenAddress address = listen == null ? ListenAddress.DEFAULT : listen;
        Path directory = dataDir == null ? defaultDataDir(address.port(), sources.environment()) : dataDir;
        ConfigFile config = ConfigFile.none(address, directory.toAbsolutePath(), sources);
        return new ServerArguments(
                config.settings(), remarks(config, config.settings()), report(config, listen, dataDir, sources));
    }

    private static ServerArguments withFile(
            Path file, @Nullable ListenAddress listen, @Nullable Path dataDir, ConfigSources sources)
            throws ConfigException {
        ConfigFile config = ConfigFile.read(file, sources);
        ServerSettings settings = config.settings();
        if (listen != null) {
            settings = settings.withListen(listen);
        }
        if (dataDir != null && settings.storage() instanceof StorageSettings.Files files) {
            settings = settings.withStorage(files.withDirectories(dataDir, dataDir));
        }
        ConfigReport report = report(config, listen, dataDir, sources);
        List<String> remarks = remarks(config, settings);
        // Who has a file may have it from an Apache ZooKeeper.
        OwnDefaults.in(report).ifPresent(remarks::add);
        return new ServerArguments(settings, remarks, report);
    }

    private static ConfigReport report(
            ConfigFile config, @Nullable ListenAddress listen, @Nullable Path dataDir, ConfigSources sources) {
        ConfigReport report = config.report();
        if (sources.lenient()) {
            report = report.with("baton.config.unknown", "warn", "option --lenient");
        }
        if (listen != null) {
            report = report.with("clientPort", Integer.toString(listen.port()), "option --listen")
                    .with("clientPortAddress", listen.host(), "option --listen");
        }
        return dataDir == null
                ? report
                : report.with("dataDir", dataDir.toString(), "option --data-dir")
                        .with("dataLogDir", dataDir.toString(), "option --data-dir");
    }

    private static List<String> remarks(ConfigFile config, ServerSettings settings) {
        List<String> remarks = new ArrayList<>(config.warnings());
        remarks.addAll(config.notes());
        for (Exposure each : Exposure.values()) {
            if (each.isIn(settings)) {
                remarks.add("warning: " + each.explanation());
            }
        }
        return remarks;
    }

    /** {@code $BATON_DATA}, else a directory of the user's own named like the port. */
    private static Path defaultDataDir(int port, Map<String, String> environment) {
        String named = environment.getOrDefault("BATON_DATA", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        Path home =
                shared.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".local", "share") : Path.of(shared);
        return home.resolve("baton").resolve(Integer.toString(port));
    }

    private static String value(List<String> arguments, int index, String option) throws UsageException {
        if (index >= arguments.size()) {
            throw new UsageException(option + " needs a value");
        }
        return arguments.get(index);
    }

    private static ListenAddress address(String text) throws UsageException {
        try {
            return ListenAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--listen " + text + ": " + e.getMessage());
        }
    }

    private static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is not a path: " + e.getMessage());
        }
    }
}
