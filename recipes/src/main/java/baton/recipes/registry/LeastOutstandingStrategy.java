package baton.recipes.registry;

/**
 * The less busy of two taken at random, in proportion to their weights. Busy is who has many of this provider's picks
 * open; close picks when the call has ended.
 */
public final class LeastOutstandingStrategy<T> implements ProviderStrategy<T> {
    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        int size = view.size();
        int first = context.below(size);
        if (size == 1) {
            return view.get(first).instance();
        }
        int second = (first + 1 + context.below(size - 1)) % size;
        Candidate<T> one = view.get(first);
        Candidate<T> other = view.get(second);
        return load(one) <= load(other) ? one.instance() : other.instance();
    }

    private static double load(Candidate<?> candidate) {
        return candidate.weight() > 0
                ? (candidate.outstanding().getAsInt() + 1) / candidate.weight()
                : Double.MAX_VALUE;
    }
}
