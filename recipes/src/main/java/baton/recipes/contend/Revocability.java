package baton.recipes.contend;

import baton.recipes.Listeners;
import baton.recipes.RecipeRuntime;
import baton.recipes.Revocable;
import baton.recipes.RevocationListener;
import baton.recipes.RevocationRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How one recipe object lets itself be asked to let go. Safe for use by many threads.
 *
 * @param <T> the recipe
 */
public final class Revocability<T> implements Revocable<T> {
    private final RecipeRuntime runtime;
    private final String recipe;
    private final T holder;
    /** Writer: who made it revocable last. */
    private volatile @Nullable Terms<T> terms;

    /** @param holder what listeners are given */
    public Revocability(RecipeRuntime runtime, String recipe, T holder) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.holder = holder;
    }

    @Override
    public void makeRevocable(RevocationListener<T> listener) {
        set(listener, runtime.listenerExecutor(), Optional.empty());
    }

    @Override
    public void makeRevocable(RevocationListener<T> listener, Executor executor) {
        set(listener, executor, Optional.empty());
    }

    @Override
    public void makeRevocable(RevocationListener<T> listener, Executor executor, Duration autoReleaseAfter) {
        if (autoReleaseAfter.isNegative()) {
            throw new IllegalArgumentException("autoReleaseAfter " + autoReleaseAfter + ": must not be negative");
        }
        set(listener, executor, Optional.of(autoReleaseAfter));
    }

    /** A request has come for one of its tickets. {@code takeAway} does nothing once that ticket is given up. */
    public void asked(RevocationRequest request, Runnable takeAway) {
        Terms<T> now = terms;
        if (now != null) {
            now.listeners.fire(listener -> listener.revocationRequested(holder, request));
            now.autoReleaseAfter.ifPresent(after -> runtime.scheduler().schedule(after, takeAway));
        }
    }

    private void set(RevocationListener<T> listener, Executor executor, Optional<Duration> autoReleaseAfter) {
        Listeners<RevocationListener<T>> listeners = runtime.listeners(recipe);
        listeners.add(listener, executor);
        terms = new Terms<>(listeners, autoReleaseAfter);
    }

    /** Who is told, and for how long that is enough. */
    private record Terms<T>(Listeners<RevocationListener<T>> listeners, Optional<Duration> autoReleaseAfter) {}
}
