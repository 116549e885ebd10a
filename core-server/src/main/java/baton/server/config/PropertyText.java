package baton.server.config;

import java.io.File;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text in which properties of the process may stand, read as the JDK reads the places of its own files: <code>${NAME}</code>
 * is the property's value, <code>${/}</code> what separates directories. What stands in <code>${{</code> and <code>}}</code> is
 * left as it is, and so is what has no end.
 */
final class PropertyText {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\{\\{.*?(?:\\}\\}|\\z)|\\$\\{([^}]*)\\}", Pattern.DOTALL);

    private PropertyText() {}

    /** @throws IllegalArgumentException with the name of a property that is not set */
    static String expanded(String text, Map<String, String> properties) {
        return REFERENCE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found, properties)));
    }

    private static String value(MatchResult found, Map<String, String> properties) {
        String name = found.group(1);
        if (name == null) {
            return found.group();
        }
        String value = name.equals("/") ? File.separator : properties.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the property " + name + " is not set");
        }
        return value;
    }
}
