package baton.recipes.registry;

/**
 * Chooses an instance. Called by many threads at a time; must not block.
 *
 * <p>An object belongs to one provider: it may remember what it chose.
 */
@FunctionalInterface
public interface ProviderStrategy<T> {
    /** One of the instances of {@code view}, which has at least one. */
    ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context);
}
