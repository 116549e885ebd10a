package baton.recipes.registry;

/** Any, with equal chances. */
public final class RandomStrategy<T> implements ProviderStrategy<T> {
    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        return view.get(context.below(view.size())).instance();
    }
}
