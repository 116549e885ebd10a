package baton.spring.config;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
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
        DocumentFormat format = formatOf(path);
        return Codec.of(
                format.mediaType(),
                value -> {
                    Payload data = RecordDocument.of(value).write(format);
                    if (!read(type, path, data, format).equals(value)) {
                        throw new IllegalArgumentException(
                                type.getSimpleName() + " has a component that no document can hold");
                    }
                    return data;
                },
                data -> read(type, path, data, format));
    }

    /**
     * The record that is bound from the environment as it is now, keys beyond its own left alone.
     *
     * @throws BindException if it cannot be bound, or is not valid
     * @throws IllegalStateException if a key is missing
     */
    <T> T fromEnvironment(Class<T> type, String prefix) {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.get(environment).forEach(sources::add);
        ConfigurationPropertyName name = ConfigurationPropertyName.of(prefix);
        BindHandler plain = BindHandler.DEFAULT;
        T value = bind(name, type, sources, plain);
        List<String> missing = RequiredKeys.missing(name, type, value, sources);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("key " + missing.get(0) + " is missing");
        }
        return validator.isEmpty()
                ? value
                : bind(name, type, sources, new ValidationBindHandler(plain, validator.get()));
    }

    /** What an expression with placeholders gives now, as a value of some type. */
    Object evaluated(String text, ResolvableType type) {
        Object value = conversions.convert(
                environment.resolveRequiredPlaceholders(text), TypeDescriptor.valueOf(String.class), descriptor(type));
        if (value == null) {
            throw new IllegalStateException(text + " gives nothing");
        }
        return value;
    }

    private static TypeDescriptor descriptor(ResolvableType type) {
        return new TypeDescriptor(type, null, null);
    }

    /** The record that is bound from no document at all, if all its components have defaults. */
    <T> Optional<T> defaults(Class<T> type) {
        try {
            T value = bind(ConfigurationPropertyName.EMPTY, type, List.of(), strict());
            return RequiredKeys.missing(ConfigurationPropertyName.EMPTY, type, value, List.of())
                            .isEmpty()
                    ? Optional.of(value)
                    : Optional.empty();
        } catch (BindException incomplete) {
            return Optional.empty();
        }
    }

    private <T> T read(Class<T> type, String path, Payload data, DocumentFormat format) {
        List<ConfigurationPropertySource> sources = load(path, data, format);
        ConfigurationPropertyName all = ConfigurationPropertyName.EMPTY;
        try {
            T value = bind(all, type, sources, strict());
            List<String> missing = RequiredKeys.missing(all, type, value, sources);
            if (!missing.isEmpty()) {
                throw new CodecException(format.mediaType(), data, "key " + missing.get(0) + " is missing", null);
            }
            // Asked last, so that a missing number is called missing, and not a zero that is too small.
            return validator.isEmpty()
                    ? value
                    : bind(all, type, sources, new ValidationBindHandler(strict(), validator.get()));
        } catch (BindException refused) {
            throw new CodecException(format.mediaType(), data, reason(refused), null);
        }
    }

    private static List<ConfigurationPropertySource> load(String path, Payload data, DocumentFormat format) {
        List<PropertySource<?>> documents = new ArrayList<>(format.read(path, data));
        // Of several documents in one node the later ones win.
        Collections.reverse(documents);
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.from(documents).forEach(sources::add);
        return sources;
    }

    private <T> T bind(
            ConfigurationPropertyName name,
            Class<T> type,
            List<ConfigurationPropertySource> sources,
            BindHandler handler) {
        return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment), conversions)
                .bindOrCreate(name, Bindable.of(type), handler);
    }

    /** Refuses keys that nothing was bound to. */
    private static BindHandler strict() {
        return new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
    }

    private static DocumentFormat formatOf(String path) {
        return DocumentFormat.ofName(path).orElse(DocumentFormat.PROPERTIES);
    }

    /** Says which key is wrong, where and why, without its value. */
    static String reason(BindException refused) {
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
}
