package baton.recipes.registry;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * One instance of a service. Made by {@link #builder}.
 *
 * @param name of the service; one segment of a path
 * @param id unlike that of any other instance of the service; one segment of a path
 * @param address host name or IP address; may be empty
 * @param payload what the service adds
 * @param registrationTimeUTC milliseconds since 1970; zero until it is registered
 * @param uriSpec how callers make an address of it
 * @param enabled whether it may be picked
 * @param weight its share of calls where a strategy honours it, 0 to {@value #WEIGHT_MAX}
 * @param zone where it runs; may be empty
 * @param version of the service; may be empty
 * @param tags in order
 * @param health what it says of itself
 * @param <T> payloads
 */
public record ServiceInstance<T>(
        String name,
        String id,
        String address,
        OptionalInt port,
        OptionalInt sslPort,
        Optional<T> payload,
        long registrationTimeUTC,
        ServiceType serviceType,
        Optional<UriSpec> uriSpec,
        boolean enabled,
        int weight,
        String zone,
        String version,
        Set<String> tags,
        ServiceHealth health) {
    public static final int WEIGHT_MAX = 1000;

    public ServiceInstance {
        if (name.isBlank() || id.isBlank()) {
            throw new IllegalArgumentException("service instance: name and id must not be blank");
        }
        checkPort("port", port);
        checkPort("sslPort", sslPort);
        if (weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException("weight=" + weight + " of " + id + ": must be 0 to " + WEIGHT_MAX);
        }
        tags = Collections.unmodifiableSet(new TreeSet<>(tags));
    }

    public static <T> Builder<T> builder(String name) {
        return new Builder<>(name);
    }

    /**
     * Reads what a registry wrote, ours or Curator's, with the payload as JSON; empty for anything else. For those who
     * look on without knowing the payloads.
     */
    public static Optional<ServiceInstance<String>> parse(Payload data) {
        if (!data.utf8().startsWith("{")) {
            return Optional.empty();
        }
        Codec<String> asItIs = Codec.of("application/json", Payload::utf8, Payload::utf8);
        try {
            return Optional.of(new InstanceJson<>(asItIs, false).decode(data));
        } catch (CodecException foreign) {
            return Optional.empty();
        }
    }

    /** A builder that starts from this instance. */
    public Builder<T> toBuilder() {
        Builder<T> copy = new Builder<>(name);
        copy.id = id;
        copy.address = address;
        copy.port = port;
        copy.sslPort = sslPort;
        copy.payload = payload;
        copy.registrationTimeUTC = registrationTimeUTC;
        copy.serviceType = serviceType;
        copy.uriSpec = uriSpec;
        copy.enabled = enabled;
        copy.weight = weight;
        copy.zone = zone;
        copy.version = version;
        copy.tags = tags;
        copy.health = health;
        return copy;
    }

    /** Its address as its own {@link #uriSpec} makes it; empty if it has none. */
    public Optional<String> uri() {
        return uriSpec.map(spec -> spec.build(this));
    }

    private static void checkPort(String which, OptionalInt port) {
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65535)) {
            throw new IllegalArgumentException(which + "=" + port.getAsInt() + ": must be 0 to 65535");
        }
    }

    /** Collects what an instance is. Not thread-safe. */
    public static final class Builder<T> {
        private final String name;
        private String id = UUID.randomUUID().toString();
        private String address = "";
        private OptionalInt port = OptionalInt.empty();
        private OptionalInt sslPort = OptionalInt.empty();
        private Optional<T> payload = Optional.empty();
        private long registrationTimeUTC;
        private ServiceType serviceType = ServiceType.DYNAMIC;
        private Optional<UriSpec> uriSpec = Optional.empty();
        private boolean enabled = true;
        private int weight = 1;
        private String zone = "";
        private String version = "";
        private Set<String> tags = Set.of();
        private ServiceHealth health = ServiceHealth.UP;

        private Builder(String name) {
            this.name = name;
        }

        /** Default: a random UUID. A fixed id lets a restarted process take its old entry over. */
        public Builder<T> id(String value) {
            id = value;
            return this;
        }

        public Builder<T> address(String value) {
            address = value;
            return this;
        }

        public Builder<T> port(int value) {
            port = OptionalInt.of(value);
            return this;
        }

        public Builder<T> sslPort(int value) {
            sslPort = OptionalInt.of(value);
            return this;
        }

        public Builder<T> payload(T value) {
            payload = Optional.of(value);
            return this;
        }

        /** Default: when it is registered. */
        public Builder<T> registrationTimeUTC(long millis) {
            registrationTimeUTC = millis;
            return this;
        }

        /** Default {@link ServiceType#DYNAMIC}. */
        public Builder<T> serviceType(ServiceType value) {
            serviceType = value;
            return this;
        }

        public Builder<T> uriSpec(UriSpec value) {
            uriSpec = Optional.of(value);
            return this;
        }

        /** Default true. */
        public Builder<T> enabled(boolean value) {
            enabled = value;
            return this;
        }

        /** Default 1. */
        public Builder<T> weight(int value) {
            weight = value;
            return this;
        }

        public Builder<T> zone(String value) {
            zone = value;
            return this;
        }

        public Builder<T> version(String value) {
            version = value;
            return this;
        }

        public Builder<T> tags(Set<String> value) {
            tags = Set.copyOf(value);
            return this;
        }

        public Builder<T> health(ServiceHealth value) {
            health = value;
            return this;
        }

        /** @throws IllegalArgumentException naming what is out of bounds */
        public ServiceInstance<T> build() {
            return new ServiceInstance<>(
                    name,
                    id,
                    address,
                    port,
                    sslPort,
                    payload,
                    registrationTimeUTC,
                    serviceType,
                    uriSpec,
                    enabled,
                    weight,
                    zone,
                    version,
                    tags,
                    health);
        }
    }
}
