package baton.server.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * One setting, and where it was said; in a file, that is the line it begins on.
 *
 * <p>The syntax of files is that of Java properties: {@code key=value}, {@code #} and {@code !} begin comments, a
 * backslash at the end continues the line. {@link Properties} itself does not tell line numbers, so lines are joined here
 * and each is then given to it alone.
 */
record ConfigLine(Origin origin, String key, String value) {
    /** What editors of Windows put before the first letter. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    ConfigLine {
        value = value.strip();
    }

    /**
     * Reads the lines of a file, of UTF-8 or, as Java writes properties, of ISO 8859-1.
     *
     * @throws ConfigException if it cannot be read
     */
    static List<String> linesOf(Path file) throws ConfigException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = decoded(bytes);
            return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(List.of("cannot read the configuration " + file + ": " + reason(e, file)));
        }
    }

    private static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Says what people need to know: what is thrown for these has the name of the file as its only message. */
    private static String reason(IOException failure, Path file) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        return Files.isDirectory(file) ? "it is a directory" : failure.toString();
    }

    /** @throws ConfigException if one of them has a backslash and a {@code u}, and no character's number behind them */
    static List<ConfigLine> parse(String file, List<String> lines) throws ConfigException {
        List<ConfigLine> settings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Origin.Line first = new Origin.Line(file, i + 1);
            StringBuilder joined = new StringBuilder(lines.get(i));
            while (!isComment(joined) && continues(joined) && i + 1 < lines.size()) {
                joined.setLength(joined.length() - 1);
                joined.append(lines.get(++i).stripLeading());
            }
            Properties one = load(first, joined.toString());
            for (String key : one.stringPropertyNames()) {
                settings.add(new ConfigLine(first, key, one.getProperty(key)));
            }
        }
        return settings;
    }

    boolean isProperty() {
        return origin instanceof Origin.Property;
    }

    boolean isOfFile() {
        return origin instanceof Origin.Line;
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

    private static Properties load(Origin origin, String line) throws ConfigException {
        Properties one = new Properties();
        try {
            one.load(new StringReader(line));
        } catch (IllegalArgumentException malformed) {
            throw new ConfigException(List.of(origin.shown() + ": " + line.split("[=:\\s]", 2)[0]
                    + ": four hexadecimal digits must follow \\u; a backslash itself is written \\\\"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return one;
    }
}
