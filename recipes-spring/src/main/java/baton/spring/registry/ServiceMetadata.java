package baton.spring.registry;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.json.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an application says of itself beside its address: names and texts. Stored as a JSON object.
 *
 * @param values by name
 */
public record ServiceMetadata(Map<String, String> values) {
    public static final ServiceMetadata NONE = new ServiceMetadata(Map.of());

    public ServiceMetadata {
        values = Map.copyOf(values);
    }

    /**
     * Writes the object, and reads what other registries wrote: of an object that has one called {@code metadata} that
     * one counts, names of classes never do, and what is no text is taken as its JSON.
     */
    public static Codec<ServiceMetadata> codec() {
        return Codec.of(
                "application/json",
                metadata -> Payload.utf8(Json.write(new TreeMap<>(metadata.values()))),
                data -> read(Json.readObject(data.utf8())));
    }

    private static ServiceMetadata read(Map<?, ?> fields) {
        if (fields.get("metadata") instanceof Map<?, ?> inner) {
            return read(inner);
        }
        Map<String, String> values = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (!name.equals("@class") && value != null) {
                values.put(String.valueOf(name), value instanceof String text ? text : Json.write(value));
            }
        });
        return new ServiceMetadata(values);
    }
}
