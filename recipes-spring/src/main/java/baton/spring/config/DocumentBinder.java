package baton.spring.config;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.validation.FieldError;
import org.springframework.validation.Validator;

/**
 * Binds documents to records as Boot binds its own files, but strictly: a key that no component takes, and a component
 * without a key or default, refuse the document.
 */
public final class DocumentBinder {
    private final Environment environment;
    private final ConversionService conversions;
    private final Optional<Validator> validator;

    /**
     * A binder for one application.
     *
     * @param environment resolves placeholders in values
     * @param conversions turns text into the types of components
     * @param validator refuses records that bound well but make no sense
     */
    public DocumentBinder(Environment environment, ConversionService conversions, Optional<Validator> validator) {
        this.environment = environment;
        this.conversions = conversions;
        this.validator = validator;
    }

    /** A codec that reads documents; it writes none. */
    <T> Codec<T> codec(Class<T> type, String path) {
        PropertySourceLoader loader = loaderOf(path);
        String format = loader instanceof YamlPropertySourceLoader ? "application/yaml" : "text/x-java-properties";
        return Codec.of(
                format,
                value -> {
                    throw new UnsupportedOperationException("live configuration is read, not written: " + path);
                },
                data -> read(type, path, data, loader, format));
    }

    /** The record that is bound from no document at all, if all its components have defaults. */
    <T> Optional<T> defaults(Class<T> type) {
        try {
            T value = bind(type, List.of(), strict());
            return RequiredKeys.missing(type, value, List.of()).isEmpty() ? Optional.of(value) : Optional.empty();
        } catch (BindException incomplete) {
            return Optional.empty();
        }
    }

    private <T> T read(Class<T> type, String path, Payload data, PropertySourceLoader loader, String format) {
        List<ConfigurationPropertySource> sources = load(path, data, loader, format);
        try {
            T value = bind(type, sources, strict());
            List<String> missing = RequiredKeys.missing(type, value, sources);
            if (!missing.isEmpty()) {
                throw new CodecException(format, data, "key " + missing.get(0) + " is missing", null);
            }
            // Asked last, so that a missing number is called missing, and not a zero that is too small.
            return validator.isEmpty()
                    ? value
                    : bind(type, sources, new ValidationBindHandler(strict(), validator.get()));
        } catch (BindException refused) {
            throw new CodecException(format, data, reason(refused), null);
        }
    }

    private static List<ConfigurationPropertySource> load(
            String path, Payload data, PropertySourceLoader loader, String format) {
        List<PropertySource<?>> documents;
        try {
            documents = new ArrayList<>(loader.load(path, new NodeText(path, data)));
        } catch (IOException | RuntimeException malformed) {
            throw new CodecException(format, data, firstLine(malformed), null);
        }
        // Of several documents in one node the later ones win.
        Collections.reverse(documents);
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.from(documents).forEach(sources::add);
        return sources;
    }

    private <T> T bind(Class<T> type, List<ConfigurationPropertySource> sources, BindHandler handler) {
        return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment), conversions)
                .bindOrCreate(ConfigurationPropertyName.EMPTY, Bindable.of(type), handler);
    }

    /** Refuses keys that nothing was bound to. */
    private static BindHandler strict() {
        return new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
    }

    private static PropertySourceLoader loaderOf(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
        return yaml ? new YamlPropertySourceLoader() : new PropertiesPropertySourceLoader();
    }

    /** Says which key is wrong, where and why, without its value. */
    private static String reason(BindException refused) {
        Throwable cause = refused.getCause();
        if (cause instanceof UnboundConfigurationPropertiesException unbound) {
            ConfigurationProperty first =
                    unbound.getUnboundProperties().iterator().next();
            return "key " + first.getName() + " is unknown" + at(first);
        }
        if (cause instanceof BindValidationException invalid) {
            return invalid.getValidationErrors().getAllErrors().stream()
                    .findFirst()
                    .map(error -> (error instanceof FieldError field ? "key " + field.getField() + " " : "")
                            + error.getDefaultMessage())
                    .orElse("the value is not valid");
        }
        ConfigurationProperty property = refused.getProperty();
        String type = refused.getTarget().getType().toClass().getSimpleName();
        return property == null
                ? "cannot be bound to " + type + ": " + constructorSays(refused)
                : "key " + property.getName() + " is no " + type + at(property);
    }

    private static String at(ConfigurationProperty property) {
        return property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
    }

    /** What the record's own constructor said when it refused its arguments. */
    private static String constructorSays(Throwable refused) {
        Throwable root = refused;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return firstLine(root);
    }

    private static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
    }

    /** A node's bytes, named by its path in messages. */
    private static final class NodeText extends ByteArrayResource {
        private final String path;

        NodeText(String path, Payload data) {
            super(data.toByteArray());
            this.path = path;
        }

        /** Stands in front of line and column in messages. */
        @Override
        public String getDescription() {
            return "node " + path;
        }

        @Override
        public String getFilename() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return super.equals(other);
        }

        @Override
        public int hashCode() {
            return super.hashCode();
        }
    }
}
