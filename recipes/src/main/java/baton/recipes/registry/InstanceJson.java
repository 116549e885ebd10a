package baton.recipes.registry;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance as the data of its node. One JSON object.
 *
 * <p>{@code name, id, address, port, sslPort, payload, registrationTimeUTC, serviceType, uriSpec, enabled} are as Apache
 * Curator's discovery writes them. {@code weight, zone, version, tags, health} are ours: each is left out where it has
 * its default, and altogether in Curator's own form, whose readers may refuse unknown fields.
 *
 * <p>The payload is a JSON value if its codec makes JSON, a string if it makes text, else a string of base 64.
 */
final class InstanceJson<T> implements Codec<ServiceInstance<T>> {
    private static final String MEDIA_TYPE = "application/json";

    private final Codec<T> payloads;
    private final boolean curatorOnly;

    InstanceJson(Codec<T> payloads, boolean curatorOnly) {
        this.payloads = payloads;
        this.curatorOnly = curatorOnly;
    }

    @Override
    public String mediaType() {
        return MEDIA_TYPE;
    }

    @Override
    public Payload encode(ServiceInstance<T> instance) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", instance.name());
        fields.put("id", instance.id());
        fields.put("address", instance.address());
        fields.put("port", boxed(instance.port()));
        fields.put("sslPort", boxed(instance.sslPort()));
        fields.put("payload", instance.payload().map(this::encodePayload).orElse(null));
        fields.put("registrationTimeUTC", instance.registrationTimeUTC());
        fields.put("serviceType", instance.serviceType());
        fields.put("uriSpec", instance.uriSpec().map(InstanceJson::encodeSpec).orElse(null));
        fields.put("enabled", instance.enabled());
        if (!curatorOnly) {
            putUnless(instance.weight() == 1, fields, "weight", instance.weight());
            putUnless(instance.zone().isEmpty(), fields, "zone", instance.zone());
            putUnless(instance.version().isEmpty(), fields, "version", instance.version());
            putUnless(instance.tags().isEmpty(), fields, "tags", instance.tags());
            putUnless(instance.health() == ServiceHealth.UP, fields, "health", instance.health());
        }
        return Payload.utf8(Json.write(fields));
    }

    @Override
    public ServiceInstance<T> decode(Payload data) {
        try {
            return decode(Json.readObject(data.utf8()));
        } catch (CodecException known) {
            throw known;
        } catch (RuntimeException malformed) {
            // Among them what a payload codec of the user throws.
            throw new CodecException(MEDIA_TYPE, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    private ServiceInstance<T> decode(Map<String, @Nullable Object> fields) {
        ServiceInstance.Builder<T> builder = ServiceInstance.builder(text(fields, "name"));
        builder.id(text(fields, "id"));
        ifPresent(fields, "address", String.class, builder::address);
        ifPresent(fields, "port", Long.class, port -> builder.port(Math.toIntExact(port)));
        ifPresent(fields, "sslPort", Long.class, port -> builder.sslPort(Math.toIntExact(port)));
        ifPresent(fields, "payload", Object.class, value -> builder.payload(decodePayload(value)));
        ifPresent(fields, "registrationTimeUTC", Long.class, builder::registrationTimeUTC);
        ifPresent(fields, "serviceType", String.class, type -> builder.serviceType(ServiceType.valueOf(type)));
        ifPresent(fields, "uriSpec", Map.class, spec -> builder.uriSpec(decodeSpec(spec)));
        ifPresent(fields, "enabled", Boolean.class, builder::enabled);
        ifPresent(fields, "weight", Long.class, weight -> builder.weight(Math.toIntExact(weight)));
        ifPresent(fields, "zone", String.class, builder::zone);
        ifPresent(fields, "version", String.class, builder::version);
        ifPresent(fields, "tags", List.class, tags -> builder.tags(decodeTags(tags)));
        ifPresent(fields, "health", String.class, health -> builder.health(ServiceHealth.valueOf(health)));
        return builder.build();
    }

    private @Nullable Object encodePayload(T payload) {
        Payload encoded = payloads.encode(payload);
        if (makesJson()) {
            return Json.read(encoded.utf8());
        }
        return makesText() ? encoded.utf8() : Base64.getEncoder().encodeToString(encoded.toByteArray());
    }

    private T decodePayload(Object value) {
        if (makesJson()) {
            return payloads.decode(Payload.utf8(Json.write(value)));
        }
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("payload: a string was expected for " + payloads.mediaType());
        }
        return payloads.decode(
                makesText()
                        ? Payload.utf8(text)
                        : Payload.of(Base64.getDecoder().decode(text)));
    }

    private boolean makesJson() {
        String type = payloads.mediaType();
        return type.startsWith(MEDIA_TYPE) || type.contains("+json");
    }

    private boolean makesText() {
        return payloads.mediaType().startsWith("text/");
    }

    private static Map<String, Object> encodeSpec(UriSpec spec) {
        List<Object> parts = new ArrayList<>();
        for (UriSpec.Part part : spec.parts()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("value", part.value());
            fields.put("variable", part.variable());
            parts.add(fields);
        }
        return Map.of("parts", parts);
    }

    private static UriSpec decodeSpec(Map<?, ?> spec) {
        List<UriSpec.Part> parts = new ArrayList<>();
        if (spec.get("parts") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> part && part.get("value") instanceof String value) {
                    parts.add(new UriSpec.Part(value, Boolean.TRUE.equals(part.get("variable"))));
                } else {
                    throw new IllegalArgumentException("uriSpec: a part needs a value");
                }
            }
        }
        return new UriSpec(parts);
    }

    private static Set<String> decodeTags(List<?> tags) {
        Set<String> texts = new TreeSet<>();
        tags.forEach(tag -> texts.add(String.valueOf(tag)));
        return texts;
    }

    private static String text(Map<String, @Nullable Object> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + ": a string was expected");
    }

    private static <V> void ifPresent(
            Map<String, @Nullable Object> fields, String name, Class<V> type, Consumer<V> then) {
        Object value = fields.get(name);
        if (value == null) {
            return;
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(name + ": a " + type.getSimpleName() + " was expected");
        }
        then.accept(type.cast(value));
    }

    private static @Nullable Object boxed(OptionalInt port) {
        return port.isPresent() ? (Integer) port.getAsInt() : null;
    }

    private static void putUnless(boolean isDefault, Map<String, @Nullable Object> fields, String name, Object value) {
        if (!isDefault) {
            fields.put(name, value);
        }
    }
}
