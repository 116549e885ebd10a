package baton.spring.registry;

import baton.recipes.registry.ServiceInstance;
import java.util.List;

/**
 * Instances of a service that this application is a client of came or went.
 *
 * @param name of the service
 * @param added that were not there before, or have changed
 * @param removed that are not there any more, or were different
 */
public record ServiceInstancesChangedEvent(
        String name, List<ServiceInstance<ServiceMetadata>> added, List<ServiceInstance<ServiceMetadata>> removed) {
    public ServiceInstancesChangedEvent {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    @Override
    public String toString() {
        return "ServiceInstancesChangedEvent[name=" + name + ", added=" + ids(added) + ", removed=" + ids(removed)
                + "]";
    }

    private static List<String> ids(List<ServiceInstance<ServiceMetadata>> instances) {
        return instances.stream().map(ServiceInstance::id).toList();
    }
}
