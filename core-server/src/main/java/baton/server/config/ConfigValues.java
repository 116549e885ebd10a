package baton.server.config;

import baton.server.config.KnownKey.Treatment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of a file by key. Reading one that is wrong notes the problem and goes on with the default, so that all
 * problems are told at once. The lines come in the order of {@link ConfigSources#around}: what the file says replaces a
 * property of the process, as in Apache ZooKeeper. If a key stands twice, the last one counts, as in Java properties, with a warning.
 */
final class ConfigValues {
    /** What to do about keys that nobody knows: {@code refuse}, unless it says {@code warn}. */
    static final String UNKNOWN = "baton.config.unknown";

    private static final String TRUE_OR_FALSE = "must be true or false";

    private final String file;
    private final Map<String, String> properties;
    private final boolean lenient;
    private final Map<String, ConfigLine> byKey = new HashMap<>();
    private final Map<String, ConfigReport.Entry> inForce = new TreeMap<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param sources what the lines were taken from, besides the file */
    ConfigValues(String file, List<ConfigLine> lines, ConfigSources sources) {
        this.file = file;
        this.properties = sources.properties();
        this.lenient = sources.lenient() || askForLenience(lines);
        for (ConfigLine each : lines) {
            add(each);
        }
        String unknown = text(UNKNOWN, lenient ? "warn" : "refuse");
        if (!unknown.equals("warn") && !unknown.equals("refuse")) {
            problem(UNKNOWN, "must be refuse or warn");
        }
    }

    /** Returns the properties of the process, which values may speak of. */
    Map<String, String> properties() {
        return properties;
    }

    private static boolean askForLenience(List<ConfigLine> lines) {
        for (ConfigLine each : lines) {
            if (each.key().equals(UNKNOWN) && each.value().equals("warn")) {
                return true;
            }
        }
        return false;
    }

    private void add(ConfigLine line) {
        // As a system property of Apache ZooKeeper the key carries a prefix; people write it into the file, too.
        String key = KnownKey.bare(line.key());
        KnownKey known = KnownKey.find(key);
        if (known == null) {
            unknown(line, key);
        } else if (known.treatment() == Treatment.REFUSED && !ConfigFile.switchesOff(known, line.value())) {
            problems.add(place(line) + ": " + line.key() + "=" + shown(line) + ": " + known.reason()
                    + "; remove the line to start without it");
        } else if (known.treatment() == Treatment.NO_EFFECT) {
            withoutEffect(line, key, known.reason());
        }
        if (line.isOfFile() && KnownKey.isFlagWithoutEffect(key) && !isTrueOrFalse(line.value())) {
            problems.add(place(line) + ": " + line.key() + "=" + line.value() + ": " + TRUE_OR_FALSE);
        }
        if (line.isProperty() && ConfigReport.isSecret(key)) {
            warnings.add(place(line) + " may be seen by everybody on this machine (ps): write " + key
                    + " into the configuration file, and chmod 600");
        }
        if (line.isProperty() && KnownKey.isForFilesOnly(key)) {
            warnings.add(place(line) + " has no effect: write " + key + " into the configuration file");
            return;
        }
        ConfigLine earlier = byKey.put(key, line);
        if (earlier != null && line.isOfFile()) {
            String of =
                    earlier.origin() instanceof Origin.Line said ? "line " + said.number() : "the " + place(earlier);
            warnings.add(place(line) + ": " + line.key() + " replaces the value of " + of);
        }
    }

    /** In a file it is most likely a slip; a property may be meant for another program. */
    private void unknown(ConfigLine line, String key) {
        String nearest = KnownKey.nearest(key);
        String meant = nearest == null ? "" : ": did you mean '" + nearest + "'?";
        if (lenient || line.isProperty()) {
            warnings.add(place(line) + ": unknown key '" + line.key() + "' has no effect" + meant);
        } else {
            problems.add(place(line) + ": unknown key '" + line.key() + "'"
                    + (nearest == null ? ": remove the line, or write x- before the key" : meant));
        }
    }

    private void withoutEffect(ConfigLine line, String key, String reason) {
        notes.add(place(line) + ": " + line.key() + " has no effect here: " + reason);
        inForce.put(key, new ConfigReport.Entry(key, line.value(), place(line), "has no effect here: " + reason));
    }

    private static String shown(ConfigLine line) {
        return new ConfigReport.Entry(line.key(), line.value(), "", "").value();
    }

    /** Returns every key that was asked for with its value, and the stated ones without effect. */
    List<ConfigReport.Entry> report() {
        return List.copyOf(inForce.values());
    }

    /** Says what is in force for a key that was not stated. */
    void byDefault(String key, String value) {
        if (!byKey.containsKey(key)) {
            tell(key, value);
        }
    }

    private void tell(String key, Object value) {
        ConfigLine line = byKey.get(key);
        inForce.put(
                key,
                new ConfigReport.Entry(key, value.toString(), line == null ? ConfigReport.DEFAULT : place(line), ""));
    }

    /** Says whether the file holds something that must not be shown. */
    boolean holdsSecret() {
        for (ConfigLine each : byKey.values()) {
            if (each.isOfFile() && ConfigReport.isSecret(each.key())) {
                return true;
            }
        }
        return false;
    }

    List<String> warnings() {
        return warnings;
    }

    List<String> notes() {
        return notes;
    }

    void throwIfWrong() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems));
        }
    }

    /** Warns of what the file as a whole lacks. */
    void warn(String warning) {
        warnings.add(file + ": " + warning);
    }

    /** Warns of the key, which is there. */
    void warnOf(String key, String warning) {
        ConfigLine line = byKey.get(key);
        if (line != null) {
            warnings.add(place(line) + ": " + key + "=" + shown(line) + " " + warning);
        }
    }

    /** Notes what the key, which is there, does. */
    void noteOf(String key, String note) {
        ConfigLine line = byKey.get(key);
        if (line != null) {
            notes.add(place(line) + ": " + key + "=" + shown(line) + " " + note);
        }
    }

    /** Notes that the key, which is there, does nothing. */
    void noteWithoutEffect(String key, String reason) {
        ConfigLine line = byKey.get(key);
        // Something else may have asked for it, and then it has one.
        if (line != null && !inForce.containsKey(key)) {
            withoutEffect(line, key, reason);
        }
    }

    String text(String key, String silent) {
        ConfigLine line = byKey.get(key);
        String value = line == null ? silent : line.value();
        tell(key, value);
        return value;
    }

    /** Returns the value of a key that may be missing or empty: null then. */
    @Nullable
    String optional(String key) {
        String value = text(key, "");
        return value.isEmpty() ? null : value;
    }

    /** Returns the path that a key names; null if it is missing or empty, or names none, which is a problem. */
    @Nullable
    Path optionalPath(String key) {
        String value = optional(key);
        try {
            return value == null ? null : Path.of(value);
        } catch (InvalidPathException e) {
            problem(key, "is not a path: " + e.getReason());
            return null;
        }
    }

    /** Returns the stated keys that have an effect so far and their values, in order; this gives them none. */
    Map<String, String> effective() {
        Map<String, String> effective = new TreeMap<>();
        inForce.forEach((key, entry) -> {
            ConfigLine line = byKey.get(key);
            if (line != null && entry.remark().isEmpty()) {
                effective.put(key, line.value());
            }
        });
        return effective;
    }

    /** Returns the keys of the file that begin so, in order. */
    List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        for (String each : byKey.keySet()) {
            if (each.startsWith(prefix)) {
                keys.add(each);
            }
        }
        Collections.sort(keys);
        return keys;
    }

    int number(String key, Range range, int silent) {
        ConfigLine line = byKey.get(key);
        int value = line == null ? silent : parse(line, range, silent);
        tell(key, value);
        return value;
    }

    /** Like {@link #number}, where -1 says the same as silence. */
    int unlessMinusOne(String key, Range range, int silent) {
        ConfigLine line = byKey.get(key);
        int value = line == null || line.value().equals("-1") ? silent : parse(line, range, silent);
        tell(key, value);
        return value;
    }

    int required(String key, Range range, int wrong) {
        ConfigLine line = byKey.get(key);
        if (line == null) {
            problems.add(file + ": " + key + " is missing: add a line '" + key + "=" + wrong + "'");
            return wrong;
        }
        int value = parse(line, range, wrong);
        tell(key, value);
        return value;
    }

    /**
     * Like {@link #number}, where a smaller one counts as another, as with Apache ZooKeeper, and is warned of.
     *
     * @param meaning what that does
     */
    int numberOrLess(String key, Range range, int silent, int less, String meaning) {
        ConfigLine line = byKey.get(key);
        Long stated = line == null ? null : Numeral.of(key).read(line.value(), range.unit());
        if (stated == null || stated >= range.first()) {
            return number(key, range, silent);
        }
        warnOf(key, "counts as " + less + ": " + meaning);
        tell(key, less);
        return less;
    }

    boolean flag(String key, boolean silent) {
        ConfigLine line = byKey.get(key);
        boolean value = line == null ? silent : line.value().equalsIgnoreCase("true");
        if (line != null && !isTrueOrFalse(line.value())) {
            problem(key, TRUE_OR_FALSE);
        }
        tell(key, value);
        return value;
    }

    private static boolean isTrueOrFalse(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    /** Says whether the key has just that value; any other counts as the usual one, as with Apache ZooKeeper, and is warned of. */
    boolean isExactly(String key, String unusual, String usual) {
        ConfigLine line = byKey.get(key);
        boolean value = line != null && line.value().equals(unusual);
        if (line != null && !value && !line.value().equals(usual)) {
            warnOf(key, "counts as " + usual + ", like everything but " + unusual);
        }
        tell(key, value ? unusual : usual);
        return value;
    }

    /** Returns the constant that the value names, in capitals or not. */
    <E extends Enum<E>> E choice(String key, E silent) {
        String value = text(key, silent.name().toLowerCase(Locale.ROOT));
        List<String> names = new ArrayList<>();
        for (E each : silent.getDeclaringClass().getEnumConstants()) {
            if (each.name().equalsIgnoreCase(value)) {
                return each;
            }
            names.add(each.name().toLowerCase(Locale.ROOT));
        }
        problem(key, "must be one of " + String.join(", ", names));
        return silent;
    }

    Path path(String key, Path silent) {
        ConfigLine line = byKey.get(key);
        tell(key, line == null ? silent : line.value());
        if (line == null) {
            return silent;
        }
        try {
            if (!line.value().isEmpty()) {
                return Path.of(line.value());
            }
            problem(key, "must be a directory");
        } catch (InvalidPathException e) {
            problem(key, "must be a directory: " + e.getMessage());
        }
        return silent;
    }

    Path requiredPath(String key) {
        if (!byKey.containsKey(key)) {
            problems.add(file + ": " + key + " is missing: add a line '" + key + "=DIRECTORY'");
        }
        return path(key, Path.of("."));
    }

    /** Notes that the value of the key is wrong. */
    void problem(String key, String expected) {
        ConfigLine line = byKey.get(key);
        problems.add(
                line == null
                        ? file + ": " + key + " " + expected
                        : place(line) + ": " + key + "=" + shown(line) + ": " + expected);
    }

    /** Notes what is wrong with a file, at the line that names it or the directory it is in by one of the keys. */
    void problem(Predicate<String> keys, Path file, String problem) {
        for (String each : keys("")) {
            ConfigLine line = byKey.get(each);
            if (keys.test(each) && line != null && isIn(file, line.value())) {
                problem(each, problem);
                return;
            }
        }
        problem(problem);
    }

    private static boolean isIn(Path file, String named) {
        try {
            return !named.isEmpty() && file.startsWith(Path.of(named));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Notes that something is wrong that no single key says. */
    void problem(String problem) {
        problems.add(file + ": " + problem);
    }

    private int parse(ConfigLine line, Range range, int wrong) {
        Numeral numeral = Numeral.of(KnownKey.bare(line.key()));
        @Nullable Long value = numeral.read(line.value(), range.unit());
        if (value == null || !range.contains(value)) {
            String comment = line.value().contains("#") ? "; a comment needs a line of its own" : "";
            String wanted = value == null ? range.toString() : range.wanted(value);
            problems.add(place(line) + ": " + line.key() + "=" + line.value() + ": must be a whole number, " + wanted
                    + numeral.orWithUnit(range.unit()) + comment);
            return wrong;
        }
        if (numeral.isOctal(line.value())) {
            warnings.add(place(line) + ": " + line.key() + "=" + line.value() + " is " + value
                    + ": what begins with a zero is octal");
        }
        return value.intValue();
    }

    private String place(ConfigLine line) {
        return line.origin() instanceof Origin.Default ? file : line.origin().shown();
    }
}
