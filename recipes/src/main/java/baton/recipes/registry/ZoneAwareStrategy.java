package baton.recipes.registry;

import org.jspecify.annotations.Nullable;

/** Instances of the caller's own zone, if it has any; else all. */
public final class ZoneAwareStrategy<T> implements ProviderStrategy<T> {
    private final ProviderStrategy<T> inner;

    /** What was narrowed last: views come again until something changes. */
    private volatile @Nullable Narrowed<T> last;

    private record Narrowed<T>(InstanceView<T> from, String zone, InstanceView<T> to) {}

    /** @param inner chooses among those of the zone */
    public ZoneAwareStrategy(ProviderStrategy<T> inner) {
        this.inner = inner;
    }

    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        return context.zone()
                .map(zone -> inner.getInstance(narrowed(view, zone), context))
                .orElseGet(() -> inner.getInstance(view, context));
    }

    private InstanceView<T> narrowed(InstanceView<T> view, String zone) {
        Narrowed<T> known = last;
        if (known == null || known.from() != view || !known.zone().equals(zone)) {
            known = new Narrowed<>(
                    view, zone, view.preferring(instance -> instance.zone().equals(zone)));
            last = known;
        }
        return known.to();
    }
}
