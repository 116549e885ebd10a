package baton.server.config;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a login configuration is, by the value that names it, read as the JDK does: a URL, or else a path, in which
 * {@linkplain PropertyText properties} may stand. A second equals sign, as in {@code -D...config==file}, says that no other file
 * counts: none does here.
 *
 * <p>A URL may hold spaces, and a relative path. Its {@code %20} and the like are decoded; but the file whose name they are is
 * taken if there is no other.
 */
final class LoginFile {
    private static final String FILE = "file";
    private static final Set<String> THIS_MACHINE = Set.of("", "~", "localhost");

    private LoginFile() {}

    /** @throws InvalidPathException if it is neither URL of a file nor path, or a property is not set */
    static Path named(String value, Map<String, String> properties) {
        String place;
        try {
            place = PropertyText.expanded(value.startsWith("=") ? value.substring(1) : value, properties);
        } catch (IllegalArgumentException unset) {
            throw new InvalidPathException(value, String.valueOf(unset.getMessage()));
        }
        URL url;
        try {
            url = new URL(place);
        } catch (MalformedURLException noUrl) {
            return Path.of(place);
        }
        if (!url.getProtocol().equals(FILE)) {
            throw new InvalidPathException(value, "the URL is not one of a file");
        }
        return at(url);
    }

    private static Path at(URL url) {
        if (!THIS_MACHINE.contains(url.getHost().toLowerCase(Locale.ROOT))) {
            // The JDK would ask that machine first.
            return Path.of("//" + url.getHost() + url.getPath());
        }
        Path named = Path.of(url.getPath());
        try {
            // What is meant for forms reads a plus sign as a space.
            Path decoded = Path.of(URLDecoder.decode(url.getPath().replace("+", "%2B"), StandardCharsets.UTF_8));
            return Files.isReadable(decoded) ? decoded : named;
        } catch (IllegalArgumentException undecodable) {
            return named;
        }
    }
}
