package baton.spring.autoconfigure;

import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which key below {@code baton} nobody knows, where it stands, and which one was probably meant. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, UnboundConfigurationPropertiesException unbound) {
        boolean ours = unbound.getUnboundProperties().stream()
                .anyMatch(property -> property.getName().toString().startsWith("baton."));
        if (!ours) {
            return null;
        }
        String description = unbound.getUnboundProperties().stream()
                .map(UnknownPropertyFailureAnalyzer::describe)
                .collect(Collectors.joining(System.lineSeparator()));
        return new FailureAnalysis(
                description,
                "Correct or remove it. A setting that is silently ignored would be worse than no start.",
                unbound);
    }

    private static String describe(ConfigurationProperty property) {
        String key = property.getName().toString();
        String where = property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
        Optional<String> meant = PropertyKeys.of(BatonProperties.class, "baton").nearest(key);
        return "There is no property " + key + where + "."
                + meant.map(known -> " Did you mean " + known + "?").orElse("");
    }
}
