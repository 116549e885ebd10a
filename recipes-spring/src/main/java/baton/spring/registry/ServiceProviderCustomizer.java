package baton.spring.registry;

import baton.recipes.registry.ServiceProviderBuilder;

/** A bean that changes how the provider of a service picks. Several are called in their {@code @Order}. */
@FunctionalInterface
public interface ServiceProviderCustomizer {
    void customize(String service, ServiceProviderBuilder<ServiceMetadata> builder);
}
