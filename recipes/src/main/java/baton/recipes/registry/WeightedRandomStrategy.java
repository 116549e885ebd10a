package baton.recipes.registry;

/** Any, with chances in proportion to the weights; equal chances if no instance has a weight. */
public final class WeightedRandomStrategy<T> implements ProviderStrategy<T> {
    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        double sum = 0;
        for (Candidate<T> candidate : view.candidates()) {
            sum += candidate.weight();
        }
        double left = context.chance().getAsDouble() * sum;
        for (Candidate<T> candidate : view.candidates()) {
            left -= candidate.weight();
            if (left < 0) {
                return candidate.instance();
            }
        }
        // No weights at all, or what rounding left over.
        return view.get(context.below(view.size())).instance();
    }
}
