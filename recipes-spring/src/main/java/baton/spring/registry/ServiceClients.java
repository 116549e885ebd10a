package baton.spring.registry;

import baton.recipes.registry.ServiceCache;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceProviderBuilder;
import baton.recipes.registry.ServiceRegistry;
import baton.spring.EventDelivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.DisposableBean;

/** The providers of this application, one for each service. Safe for use by many threads. */
public final class ServiceClients implements DisposableBean {
    private final ServiceRegistry<ServiceMetadata> registry;
    private final List<ServiceProviderCustomizer> customizers;
    private final EventDelivery events;
    private final Map<String, Client> clients = new HashMap<>();

    /** A provider, and who hears of the instances it picks from. */
    private record Client(ServiceProvider<ServiceMetadata> provider, ServiceCache<ServiceMetadata> cache) {}

    public ServiceClients(
            ServiceRegistry<ServiceMetadata> registry,
            List<ServiceProviderCustomizer> customizers,
            EventDelivery events) {
        this.registry = registry;
        this.customizers = List.copyOf(customizers);
        this.events = events;
    }

    /**
     * The provider of a service, which looks on from now on.
     *
     * @throws IllegalArgumentException if the name is no path segment
     */
    public ServiceProvider<ServiceMetadata> provider(String service) {
        synchronized (clients) {
            return clients.computeIfAbsent(service, this::open).provider();
        }
    }

    @Override
    public void destroy() {
        synchronized (clients) {
            clients.values().forEach(client -> {
                client.cache().close();
                client.provider().close();
            });
            clients.clear();
        }
    }

    private Client open(String service) {
        ServiceProviderBuilder<ServiceMetadata> builder =
                registry.serviceProviderBuilder().serviceName(service);
        customizers.forEach(customizer -> customizer.customize(service, builder));
        ServiceProvider<ServiceMetadata> provider = builder.build().start();
        ServiceCache<ServiceMetadata> cache = registry.serviceCache(service);
        cache.addListener((before, now) -> events.publishIfReady(
                new ServiceInstancesChangedEvent(service, without(now, before), without(before, now))));
        return new Client(provider, cache);
    }

    private static List<ServiceInstance<ServiceMetadata>> without(
            List<ServiceInstance<ServiceMetadata>> some, List<ServiceInstance<ServiceMetadata>> others) {
        List<ServiceInstance<ServiceMetadata>> rest = new ArrayList<>(some);
        rest.removeAll(others);
        return rest;
    }
}
