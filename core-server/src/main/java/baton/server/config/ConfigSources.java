package baton.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What there is to read beside a file, and how strictly.
 *
 * <p>The environment is above the file, which is above the properties of the process. Each of our own keys is a variable
 * by its name in capitals, with underscores for dots: {@code baton.tls.dir} is {@code BATON_TLS_DIR}.
 *
 * @param properties those of the process, of which the {@linkplain KnownKey known} count
 * @param environment likewise
 * @param lenient whether a key of a file that nobody knows is only a warning
 */
public record ConfigSources(Map<String, String> properties, Map<String, String> environment, boolean lenient) {
    /** Nothing but the file. */
    public static final ConfigSources NONE = new ConfigSources(Map.of(), Map.of(), false);

    public ConfigSources {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
    }

    /** Takes what the process was given. */
    public static ConfigSources of(Map<String, String> properties, Map<String, String> environment) {
        return new ConfigSources(properties, environment, false);
    }

    /** Returns the same, forgiving keys that nobody knows. */
    public ConfigSources withLenience() {
        return new ConfigSources(properties, environment, true);
    }

    /**
     * Says whether one of our own keys may be stated somewhere; so it may in a file that cannot be read, or is a pipe: what
     * is read from that is lost to whoever reads the configuration.
     */
    public boolean mention(String key, @Nullable Path file) {
        if (environment.containsKey(variable(key))) {
            return true;
        }
        for (String each : properties.keySet()) {
            if (KnownKey.bare(each).equals(key)) {
                return true;
            }
        }
        if (file == null) {
            return false;
        }
        try {
            return !Files.isRegularFile(file)
                    || Files.readString(file, StandardCharsets.ISO_8859_1).contains(key);
        } catch (IOException e) {
            return true;
        }
    }

    /** Returns the lines with what is below them and above them, in the order in which each replaces those before. */
    List<ConfigLine> around(List<ConfigLine> lines) {
        List<ConfigLine> all = new ArrayList<>();
        for (Map.Entry<String, String> each : new TreeMap<>(properties).entrySet()) {
            String name = each.getKey();
            if (KnownKey.isPropertyForServers(name)) {
                all.add(new ConfigLine(new Origin.Property(name), name, each.getValue()));
            }
        }
        all.addAll(lines);
        for (String key : KnownKey.ownKeys()) {
            String name = variable(key);
            String value = environment.get(name);
            if (value != null) {
                all.add(new ConfigLine(new Origin.Variable(name), key, value));
            }
        }
        return all;
    }

    /** Returns the name of the variable for a key of our own. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
