package baton.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a server was told, for people to read; what is secret is masked.
 *
 * @param text the file's; empty without one
 * @param keys every key in force, those that nobody stated too, and the stated ones without effect; in order
 */
public record ConfigReport(String text, List<Entry> keys) {
    /** Stands for what is secret. */
    private static final String MASK = "***";

    /** The origin of what nobody stated. */
    static final String DEFAULT = "default";

    /** For a server whose settings were not read from anywhere. */
    public static final ConfigReport NONE = new ConfigReport("", List.of());

    /**
     * A key.
     *
     * @param value what is in force
     * @param origin where it was said, or {@link #DEFAULT}
     * @param remark why it has no effect here; empty if it has one
     */
    public record Entry(String key, String value, String origin, String remark) {
        public Entry {
            value = isSecret(key) && !value.isEmpty() ? MASK : value;
        }

        /** Says whether nobody has stated it. */
        boolean isDefault() {
            return origin.equals(DEFAULT);
        }

        Entry from(String otherValue, String otherOrigin) {
            return new Entry(key, otherValue, otherOrigin, remark);
        }
    }

    /**
     * What is done with a key, whatever its value.
     *
     * @param treatment {@code honoured}, {@code no effect} or {@code refused}
     * @param reason why; empty if it is honoured
     */
    public record Known(String key, String treatment, String reason) {}

    public ConfigReport {
        keys = List.copyOf(keys);
    }

    /** @param lines those of the file; what stands beside them in it, as comments, is not told */
    static ConfigReport of(List<ConfigLine> lines, List<Entry> keys) {
        StringBuilder text = new StringBuilder();
        for (ConfigLine each : lines) {
            if (each.isOfFile()) {
                text.append(each.key()).append('=').append(masked(each)).append('\n');
            }
        }
        return new ConfigReport(text.toString(), keys);
    }

    /** Says whether the value of a key must not be shown. */
    static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.endsWith("password") || lower.endsWith("passwd") || lower.endsWith("superdigest");
    }

    /** A key that nobody knows may be a slip in the name of one that is secret. */
    private static String masked(ConfigLine line) {
        String key = KnownKey.bare(line.key());
        return KnownKey.find(key) == null ? MASK : new Entry(key, line.value(), "", "").value();
    }

    /** Returns the keys whose values differ in the other, secrets excepted; in order. */
    public List<String> changedIn(ConfigReport other) {
        Map<String, String> here = values();
        Map<String, String> there = other.values();
        return Stream.concat(here.keySet().stream(), there.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(here.get(key), there.get(key)))
                .sorted()
                .toList();
    }

    private Map<String, String> values() {
        return keys.stream().collect(Collectors.toMap(Entry::key, Entry::value));
    }

    /** Returns the same with a value that was said elsewhere. */
    public ConfigReport with(String key, String value, String origin) {
        return new ConfigReport(
                text,
                keys.stream()
                        .map(each -> each.key().equals(key) ? each.from(value, origin) : each)
                        .toList());
    }
}
