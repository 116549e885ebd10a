package baton.recipes.registry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call to an instance while it runs. Close it when the call has ended, after {@link #failed} if it went wrong:
 *
 * <pre>{@code
 * try (Pick<String> pick = provider.pick()) {
 *     call(pick.instance());
 * }
 * }</pre>
 */
public final class Pick<T> implements AutoCloseable {
    private final ServiceProvider<T> provider;
    private final ServiceInstance<T> instance;
    private final long startNanos;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Writer: the caller. */
    private volatile boolean failed;

    Pick(ServiceProvider<T> provider, ServiceInstance<T> instance, long startNanos) {
        this.provider = provider;
        this.instance = instance;
        this.startNanos = startNanos;
    }

    public ServiceInstance<T> instance() {
        return instance;
    }

    /** The instance did not do its work: counts against it. */
    public void failed() {
        failed = true;
    }

    /** The call has ended. Idempotent. */
    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            Duration latency = Duration.ofNanos(provider.nowNanos() - startNanos);
            provider.ended(instance, failed, latency);
        }
    }
}
