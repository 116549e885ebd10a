package baton.recipes;

import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to listeners of the user: each gets them in order, one at a time, on the executor it was given with.
 *
 * <p>A listener that is slow or throws harms no other and no recipe. Events are never dropped; what waits for a slow
 * listener is bounded by what happens at the store. Safe for use by many threads.
 *
 * @param <L> the listeners
 */
public final class Listeners<L> {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final long LAG_WARNED_MILLIS = 1_000;

    private final String recipe;
    private final Executor executor;
    private final Scheduler scheduler;
    private final RecipeMetrics metrics;
    private final List<Entry<L>> entries = new CopyOnWriteArrayList<>();

    Listeners(String recipe, Executor executor, Scheduler scheduler, RecipeMetrics metrics) {
        this.recipe = recipe;
        this.executor = executor;
        this.scheduler = scheduler;
        this.metrics = metrics;
    }

    public void add(L listener) {
        add(listener, executor);
    }

    public void add(L listener, Executor on) {
        entries.add(new Entry<>(listener, new Strand(recipe + " listener", on)));
    }

    /** Ends delivery to a listener; an event that is being delivered is not interrupted. */
    public void remove(L listener) {
        entries.removeIf(entry -> {
            boolean found = entry.listener == listener;
            entry.removed |= found;
            return found;
        });
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Hands an event to every listener there is now. Returns at once. */
    public void fire(Consumer<? super L> event) {
        long born = scheduler.nowNanos();
        for (Entry<L> entry : entries) {
            warnIfStuck(entry, born);
            entry.strand.execute(() -> deliver(entry, event, born));
        }
    }

    private void deliver(Entry<L> entry, Consumer<? super L> event, long born) {
        if (entry.removed) {
            return;
        }
        long now = scheduler.nowNanos();
        metrics.gauge("listener.lag", recipe, Duration.ofNanos(now - born).toMillis());
        entry.busySince = now;
        entry.busy = true;
        try {
            event.accept(entry.listener);
        } catch (RuntimeException failure) {
            metrics.count("listener.errors", recipe, "");
            LOG.warn(
                    "listener failed recipe={} listener={}",
                    recipe,
                    entry.listener.getClass().getName(),
                    failure);
        } finally {
            entry.busy = false;
            entry.warned = false;
        }
    }

    /** Says once where a listener hangs, at the first event that has to wait for it for long. */
    private void warnIfStuck(Entry<L> entry, long now) {
        long busyMillis = (now - entry.busySince) / 1_000_000;
        if (!entry.busy || entry.warned || busyMillis < LAG_WARNED_MILLIS) {
            return;
        }
        entry.warned = true;
        Thread thread = entry.strand.busyThread();
        LOG.warn(
                "listener is slow recipe={} listener={} busy={}ms at {}",
                recipe,
                entry.listener.getClass().getName(),
                busyMillis,
                stackOf(thread));
    }

    private static String stackOf(@Nullable Thread thread) {
        if (thread == null) {
            return "(just returned)";
        }
        StringBuilder text = new StringBuilder(thread.getName());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }

    /** A listener and its place in time. */
    private static final class Entry<L> {
        final L listener;
        final Strand strand;
        /** Writer: who removes it. */
        volatile boolean removed;
        /** Writer: the listener's strand. */
        volatile boolean busy;
        /** Writer: the listener's strand. */
        volatile long busySince;
        /** Writers: the listener's strand, and who fires; a lost update costs one more line of log. */
        volatile boolean warned;

        Entry(L listener, Strand strand) {
            this.listener = listener;
            this.strand = strand;
        }
    }
}
