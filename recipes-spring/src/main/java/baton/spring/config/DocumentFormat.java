package baton.spring.config;

import baton.core.Payload;
import baton.recipes.CodecException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;

/** In which notation a node's document is written. Read by Boot's own loaders, so every key knows its line. */
public enum DocumentFormat {
    PROPERTIES("text/x-java-properties"),
    YAML("application/yaml"),
    /** Read as YAML, of which it is a part. */
    JSON("application/json");

    private final String mediaType;

    DocumentFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** What the end of a node's name says; empty if it says nothing. */
    public static Optional<DocumentFormat> ofName(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return Optional.of(YAML);
        }
        if (name.endsWith(".json")) {
            return Optional.of(JSON);
        }
        return name.endsWith(".properties") ? Optional.of(PROPERTIES) : Optional.empty();
    }

    String mediaType() {
        return mediaType;
    }

    /**
     * The documents of a node, in their order.
     *
     * @param shown how the node is called in origins and messages
     * @throws CodecException with the place of what does not parse
     */
    List<PropertySource<?>> read(String shown, Payload data) {
        PropertySourceLoader loader =
                this == PROPERTIES ? new PropertiesPropertySourceLoader() : new YamlPropertySourceLoader();
        try {
            return List.copyOf(loader.load(shown, new NodeText(shown, data)));
        } catch (IOException | RuntimeException malformed) {
            throw new CodecException(mediaType, data, explained(malformed), null);
        }
    }

    /** The parser's first line, and where it stumbled if it says so. */
    private static String explained(Exception malformed) {
        List<String> lines = String.valueOf(malformed.getMessage()).lines().toList();
        String first = lines.isEmpty() ? malformed.getClass().getSimpleName() : lines.get(0);
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.contains("line ") && line.contains("column "))
                .reduce((one, later) -> later)
                .filter(place -> !first.contains(place))
                .map(place ->
                        first + " " + place.replaceFirst("^in 'reader', ", "").replaceFirst(":$", ""))
                .orElse(first);
    }
}
