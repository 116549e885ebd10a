package baton.server.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * One setting of a file, with the number of the line it begins on; or a property of the process, with number 0.
 *
 * <p>The syntax is that of Java properties: {@code key=value}, {@code #} and {@code !} begin comments, a backslash at
 * the end continues the line. {@link Properties} itself does not tell line numbers, so lines are joined here and each
 * is then given to it alone.
 */
record ConfigLine(int number, String key, String value) {
    static List<ConfigLine> parse(List<String> lines) {
        List<ConfigLine> settings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            StringBuilder joined = new StringBuilder(lines.get(i));
            while (!isComment(joined) && continues(joined) && i + 1 < lines.size()) {
                joined.setLength(joined.length() - 1);
                joined.append(lines.get(++i).stripLeading());
            }
            Properties one = load(joined.toString());
            one.forEach(
                    (key, value) -> settings.add(new ConfigLine(first + 1, (String) key, ((String) value).strip())));
        }
        return settings;
    }

    /** Takes a property of the process. */
    static ConfigLine ofProperty(String key, String value) {
        return new ConfigLine(0, key, value.strip());
    }

    boolean isProperty() {
        return number == 0;
    }

    private static boolean isComment(CharSequence line) {
        String text = line.toString().stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    private static boolean continues(CharSequence line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static Properties load(String line) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return one;
    }
}
