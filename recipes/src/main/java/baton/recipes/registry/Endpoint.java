package baton.recipes.registry;

import baton.core.Payload;
import baton.recipes.json.Json;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance listens. Only one process can do so at a time: who finds its own endpoint in the store finds an
 * earlier life of itself there.
 */
record Endpoint(String address, OptionalInt port, OptionalInt sslPort) {

    static Endpoint of(ServiceInstance<?> instance) {
        return new Endpoint(instance.address(), instance.port(), instance.sslPort());
    }

    /** Whether an entry, as {@link InstanceJson} writes it, names this endpoint; false if it cannot be read. */
    boolean isNamedIn(Payload entry) {
        if (address.isEmpty() || port.isEmpty() && sslPort.isEmpty()) {
            return false;
        }
        try {
            Map<String, @Nullable Object> fields = Json.readObject(entry.utf8());
            return address.equals(fields.get("address"))
                    && port.equals(number(fields.get("port")))
                    && sslPort.equals(number(fields.get("sslPort")));
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    private static OptionalInt number(@Nullable Object field) {
        return field instanceof Long value ? OptionalInt.of(Math.toIntExact(value)) : OptionalInt.empty();
    }
}
