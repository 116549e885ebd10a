package baton.recipes.registry;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The same instance for as long as it can be picked; another incarnation is not the same. */
public final class StickyStrategy<T> implements ProviderStrategy<T> {
    private final ProviderStrategy<T> inner;
    private final AtomicReference<@Nullable Candidate<T>> chosen = new AtomicReference<>();

    /** @param inner chooses when there is none to keep */
    public StickyStrategy(ProviderStrategy<T> inner) {
        this.inner = inner;
    }

    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        while (true) {
            Candidate<T> last = chosen.get();
            if (last != null) {
                Candidate<T> still = view.find(last.instance().id()).orElse(null);
                if (still != null && still.incarnation() == last.incarnation()) {
                    return still.instance();
                }
            }
            ServiceInstance<T> fresh = inner.getInstance(view, context);
            Candidate<T> next = view.find(fresh.id()).orElse(null);
            // Another thread may have chosen meanwhile: then its choice is looked at.
            if (next == null || chosen.compareAndSet(last, next)) {
                return fresh;
            }
        }
    }
}
