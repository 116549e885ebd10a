package baton.spring.autoconfigure;

import java.util.function.UnaryOperator;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Resolves placeholders in what annotations say. */
final class Placeholders {
    private Placeholders() {}

    static UnaryOperator<String> of(ConfigurableBeanFactory beans) {
        return text -> {
            String resolved = beans.resolveEmbeddedValue(text);
            return resolved == null ? "" : resolved;
        };
    }
}
