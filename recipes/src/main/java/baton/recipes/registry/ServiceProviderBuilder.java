package baton.recipes.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Collects how a provider picks. Not thread-safe. */
public final class ServiceProviderBuilder<T> {
    private final ServiceRegistry<T> registry;
    private String serviceName = "";
    private ProviderStrategy<T> strategy = new RoundRobinStrategy<>();
    private DownInstancePolicy downInstancePolicy = DownInstancePolicy.DEFAULTS;
    private Predicate<ServiceInstance<T>> filter = instance -> true;
    private Optional<String> zone = Optional.empty();
    private Duration rampUp = Duration.ZERO;
    private Optional<Duration> maxStale = Optional.empty();

    ServiceProviderBuilder(ServiceRegistry<T> registry) {
        this.registry = registry;
    }

    public ServiceProviderBuilder<T> serviceName(String name) {
        serviceName = name;
        return this;
    }

    /** Default: {@link RoundRobinStrategy}. Give each provider its own. */
    public ServiceProviderBuilder<T> providerStrategy(ProviderStrategy<T> value) {
        strategy = value;
        return this;
    }

    /** Default {@link DownInstancePolicy#DEFAULTS}. */
    public ServiceProviderBuilder<T> downInstancePolicy(DownInstancePolicy value) {
        downInstancePolicy = value;
        return this;
    }

    /** Only instances for which this holds are picked. Called whenever something changed, on the caller's thread. */
    public ServiceProviderBuilder<T> filter(Predicate<ServiceInstance<T>> value) {
        filter = value;
        return this;
    }

    /** Where this caller runs, for {@link ZoneAwareStrategy}. */
    public ServiceProviderBuilder<T> zone(String value) {
        zone = Optional.of(value);
        return this;
    }

    /**
     * For so long after it appeared the weight of an instance grows from a tenth to all of it; strategies without
     * weights do not care. Default: zero.
     */
    public ServiceProviderBuilder<T> rampUp(Duration value) {
        rampUp = value;
        return this;
    }

    /** For how long what was known last is good enough while the store is out of reach. Default: for ever. */
    public ServiceProviderBuilder<T> maxStale(Duration value) {
        maxStale = Optional.of(value);
        return this;
    }

    /** @throws IllegalArgumentException if there is no service name, or a duration is negative */
    public ServiceProvider<T> build() {
        if (rampUp.isNegative() || maxStale.map(Duration::isNegative).orElse(false)) {
            throw new IllegalArgumentException("rampUp=" + rampUp + " maxStale=" + maxStale + ": must not be negative");
        }
        registry.checkName(serviceName);
        return new ServiceProvider<>(
                registry,
                serviceName,
                new ServiceProvider.Picking<>(strategy, downInstancePolicy, filter, zone, rampUp, maxStale));
    }
}
