package baton.server.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the whole numbers of a key are written: with Apache ZooKeeper that depends on who reads them. */
enum Numeral {
    /** In digits alone: of what it reads from a file itself. */
    DECIMAL,

    /** Also hexadecimal behind {@code 0x}, and octal behind {@code 0}: of what it has Java read as a property of the process. */
    DECODED,

    /** In digits, perhaps with a unit of time or size behind them: of our own keys. */
    WITH_UNIT;

    private static final String MILLIS = "ms";
    private static final Pattern AMOUNT = Pattern.compile("(\\d+) *([A-Za-z]+)");

    private static final Map<String, Long> TIMES = Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L);

    private static final Map<String, Long> SIZES = Map.of("b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    /** What one is of the units that keys count in; in their names KB and MB are the binary ones, as Apache ZooKeeper's are. */
    private static final Map<String, Long> COUNTED = Map.of("ms", 1L, "bytes", 1L, "KB", 1L << 10, "MB", 1L << 20);

    private static final Set<String> DECIMAL_PROPERTIES = Set.of("preAllocSize", "admin.rateLimiterIntervalInMS");

    static Numeral of(String key) {
        boolean isDecimal =
                KnownKey.isForFilesOnly(key) || DECIMAL_PROPERTIES.contains(key) || key.startsWith("metricsProvider.");
        if (key.startsWith("baton.")) {
            return WITH_UNIT;
        }
        return isDecimal ? DECIMAL : DECODED;
    }

    /**
     * Returns the number that the text is, or null.
     *
     * @param unit of the number
     */
    @Nullable
    Long read(String text, String unit) {
        try {
            return switch (this) {
                case DECIMAL -> Long.valueOf(text);
                case DECODED -> Long.decode(text);
                case WITH_UNIT -> amount(text, unit);
            };
        } catch (NumberFormatException | ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Long amount(String text, String unit) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return Long.valueOf(text);
        }
        Long stated = (unit.equals(MILLIS) ? TIMES : SIZES).get(amount.group(2).toLowerCase(Locale.ROOT));
        Long own = COUNTED.get(unit);
        if (stated == null || own == null) {
            return null;
        }
        long smallest = Math.multiplyExact(Long.parseLong(amount.group(1)), stated);
        return smallest % own == 0 ? smallest / own : null;
    }

    /** Returns what else numbers of that unit may look like, to be put behind what they must be; empty if they may not. */
    String orWithUnit(String unit) {
        if (this != WITH_UNIT || !COUNTED.containsKey(unit)) {
            return "";
        }
        return ", or with a unit like " + (unit.equals(MILLIS) ? "30s" : "64MiB");
    }

    /** Says whether the number is one that people are likely to misread. */
    boolean isOctal(String text) {
        return this == DECODED && text.matches("[-+]?0[0-7]+");
    }
}
