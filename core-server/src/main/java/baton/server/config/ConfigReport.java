package baton.server.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a server was told, for people to read; what is secret is masked.
 *
 * @param text the file's; empty without one
 * @param keys every key in force, those that nobody stated too, and the stated ones without effect; in order
 */
public record ConfigReport(String text, List<Entry> keys) {
    /** Stands for what is secret. */
    private static final String MASK = "***";

    /** For a server whose settings were not read from anywhere. */
    public static final ConfigReport NONE = new ConfigReport("", List.of());

    /**
     * A key.
     *
     * @param value what is in force
     * @param origin where it was said, or {@code default}
     * @param remark why it has no effect here; empty if it has one
     */
    public record Entry(String key, String value, String origin, String remark) {
        public Entry {
            value = isSecret(key) && !value.isEmpty() ? MASK : value;
        }

        Entry from(String otherValue, String otherOrigin) {
            return new Entry(key, otherValue, otherOrigin, remark);
        }
    }

    public ConfigReport {
        keys = keys.stream().sorted(Comparator.comparing(Entry::key)).toList();
    }

    static ConfigReport of(List<String> lines, List<Entry> keys) {
        return new ConfigReport(
                lines.stream()
                        .map(ConfigReport::masked)
                        .collect(Collectors.joining("\n", "", lines.isEmpty() ? "" : "\n")),
                keys);
    }

    /** Says whether the value of a key must not be shown. */
    static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.endsWith("password") || lower.endsWith("passwd") || lower.endsWith("superdigest");
    }

    private static String masked(String line) {
        int end = line.indexOf('=');
        return end > 0 && isSecret(line.substring(0, end).strip()) ? line.substring(0, end + 1) + MASK : line;
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
