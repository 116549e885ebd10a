package baton.recipes.registry;

import java.util.concurrent.atomic.AtomicLong;

/** One after the other, beginning anywhere. Ignores weights. */
public final class RoundRobinStrategy<T> implements ProviderStrategy<T> {
    private static final long UNSET = -1;
    private static final int START_BOUND = 1 << 16;

    /** Counts unsigned, so that it goes on after every wrap. */
    private final AtomicLong next;

    public RoundRobinStrategy() {
        this(UNSET);
    }

    RoundRobinStrategy(long start) {
        next = new AtomicLong(start);
    }

    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        if (next.get() == UNSET) {
            // Clients that start together must not all begin with the first instance.
            next.compareAndSet(UNSET, context.below(START_BOUND));
        }
        return view.get((int) Long.remainderUnsigned(next.getAndIncrement(), view.size()))
                .instance();
    }
}
