package baton.spring.autoconfigure;

import baton.core.NodePath;
import baton.spring.StartRefusedException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Which part of the store an application uses. */
final class Namespaces {
    private static final String NAMELESS = "/application";

    private Namespaces() {}

    /** The namespace that is written down, else the application's name; refuses to share a store without either. */
    static String of(BatonProperties properties, @Nullable String name, String coreKind) {
        String written = properties.namespace();
        if (StringUtils.hasText(written)) {
            return valid("baton.namespace", written, written.startsWith("/") ? written : "/" + written);
        }
        if (StringUtils.hasText(name)) {
            return valid("spring.application.name", name, "/" + name);
        }
        if (coreKind.equals("embedded")) {
            return NAMELESS;
        }
        throw new StartRefusedException(
                "This application has no name, and so no place of its own in a store it shares with others: two nameless"
                        + " applications would share their locks.",
                "Set spring.application.name, or baton.namespace (/ is the whole store).");
    }

    /** Where the paths of configuration begin. */
    static String ofConfig(BatonProperties.Config config) {
        String written = config.namespace();
        return valid("baton.config.namespace", written, written.startsWith("/") ? written : "/" + written);
    }

    private static String valid(String key, @Nullable String value, String path) {
        try {
            return NodePath.of(path).toString();
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    "Property " + key + " is \"" + value + "\", which is no namespace: " + malformed.getMessage() + ".",
                    "Set baton.namespace to a path such as /orders.");
        }
    }
}
