package baton.shell.console;

import baton.protocol.Bytes;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a quota's nodes: {@code count=2,bytes=3}, and behind them, set off by an equals sign for readers of
 * old, {@code =;name=number} for everything else in the order of the names. A limit of -1 is none.
 */
record Quota(Map<String, Long> values) {
    static final String COUNT = "count";
    static final String BYTES = "bytes";
    static final String COUNT_HARD = "countHardLimit";
    static final String BYTES_HARD = "byteHardLimit";
    private static final long NONE = -1;

    Quota {
        values = Map.copyOf(values);
    }

    /** Returns limits of which none is set. */
    static Quota unlimited() {
        return new Quota(Map.of(COUNT, NONE, BYTES, NONE, COUNT_HARD, NONE, BYTES_HARD, NONE));
    }

    static Quota usage(long count, long bytes) {
        return new Quota(Map.of(COUNT, count, BYTES, bytes));
    }

    /** @throws CommandRefusedException if the data is none */
    static Quota parse(@Nullable Bytes data, String path) {
        Map<String, Long> values = new TreeMap<>();
        String text = data == null ? "" : data.utf8();
        for (String pair : text.split("[,;]+")) {
            String[] parts = pair.split("=");
            try {
                if (!pair.isBlank()) {
                    values.put(parts[0], parts.length < 2 || parts[1].isEmpty() ? NONE : Long.parseLong(parts[1]));
                }
            } catch (NumberFormatException damaged) {
                throw new CommandRefusedException("Quota", path, path + " holds no quota: \"" + text + "\"");
            }
        }
        return new Quota(values);
    }

    long get(String name) {
        return values.getOrDefault(name, NONE);
    }

    Quota with(String name, long value) {
        Map<String, Long> more = new TreeMap<>(values);
        more.put(name, value);
        return new Quota(more);
    }

    /** Whether this usage is more than a limit allows, soft or hard. */
    boolean exceeds(Quota limits, String soft, String hard) {
        return limits.get(soft) > NONE && limits.get(soft) < get(soft)
                || limits.get(hard) > NONE && limits.get(hard) < get(soft);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(COUNT).append('=').append(get(COUNT)).append(',');
        text.append(BYTES).append('=').append(get(BYTES));
        Map<String, Long> others = new TreeMap<>(values);
        others.remove(COUNT);
        others.remove(BYTES);
        if (!others.isEmpty()) {
            text.append('=');
            others.forEach(
                    (name, value) -> text.append(';').append(name).append('=').append(value));
        }
        return text.toString();
    }

    Bytes encode() {
        return Bytes.utf8(toString());
    }
}
