package baton.recipes;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells once that a grant was lost: to those who wait for it, and to those who are registered then. For authors of
 * recipes. Safe for use by many threads.
 */
public final class LossSignal {
    private final RecipeRuntime runtime;
    private final CompletableFuture<LossReason> reason = new CompletableFuture<>();
    private final Set<Registered> registered = ConcurrentHashMap.newKeySet();

    public LossSignal(RecipeRuntime runtime) {
        this.runtime = runtime;
    }

    /** What {@link Grant#lost} returns. */
    public CompletionStage<LossReason> lost() {
        return runtime.handOver(reason);
    }

    /** What {@link Grant#onLost} does. */
    public Runnable onLost(Runnable action) {
        Registered mine = new Registered(action);
        registered.add(mine);
        if (reason.isDone()) {
            tell(mine);
        }
        return () -> registered.remove(mine);
    }

    /** Says that it is lost. The first reason counts. */
    public void fire(LossReason why) {
        reason.complete(why);
        registered.forEach(this::tell);
    }

    /** Whoever takes it out of the set tells it, so that it is told once. */
    private void tell(Registered mine) {
        if (registered.remove(mine)) {
            reason.thenRunAsync(mine.action, runtime.listenerExecutor());
        }
    }

    /** One registration, told from others of the same action by identity. */
    private static final class Registered {
        final Runnable action;

        Registered(Runnable action) {
            this.action = action;
        }
    }
}
