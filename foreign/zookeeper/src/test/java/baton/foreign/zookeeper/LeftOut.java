package baton.foreign.zookeeper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of {@code left-out.txt}: a class of Apache's tests, or one test of a class of which others run, that does not.
 *
 * @param test the class without {@code org.apache.zookeeper.}
 * @param method empty for the class
 * @param reason one of those that the file explains
 * @param more what is set from the beginning where the reason is {@code early}; {@value SKIPPED} where it takes long to fail, or may pass
 */
record LeftOut(String test, String method, String reason, String more) {
    static final String PREFIX = "org.apache.zookeeper.";

    private static final String EARLY = "early";
    private static final String SKIPPED = "skipped";

    private static final Pattern LINE = Pattern.compile("([\\w.]+)(?:#(\\w+))? +(\\w+)(?: +(\\S+))?");

    /** Says whether it runs all the same, with a property set before our server starts. */
    boolean isEarly() {
        return reason.equals(EARLY);
    }

    boolean isSkipped() {
        return more.equals(SKIPPED);
    }

    static List<LeftOut> all() {
        List<LeftOut> all = new ArrayList<>();
        for (String line : lines("left-out.txt")) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalArgumentException("left-out.txt: " + line);
            }
            all.add(new LeftOut(parts.group(1), text(parts.group(2)), parts.group(3), text(parts.group(4))));
        }
        return all;
    }

    static Optional<LeftOut> of(Class<?> test, String method) {
        return all().stream()
                .filter(each -> test.getName().equals(PREFIX + each.test) && each.method.equals(method))
                .findFirst();
    }

    /** Returns the lines of a resource beside this class that say something. */
    static List<String> lines(String resource) {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(LeftOut.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String group) {
        return group == null ? "" : group;
    }
}
