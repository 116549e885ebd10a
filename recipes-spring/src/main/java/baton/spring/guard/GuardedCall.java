package baton.spring.guard;

import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.recipes.GrantState;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** One call of a guarded method, once its guard is held. */
public final class GuardedCall {
    private final MethodInvocation call;
    private final Grant grant;
    private final OnLoss onLoss;

    public GuardedCall(MethodInvocation call, Grant grant, OnLoss onLoss) {
        this.call = call;
        this.grant = grant;
        this.onLoss = onLoss;
    }

    /**
     * Runs the method on this thread.
     *
     * @throws GrantLostException if the guard was lost before it ended; what it threw is suppressed in it
     */
    public @Nullable Object run() throws Exception {
        return onLoss == OnLoss.SIGNAL ? body() : grant.runGuarded(this::body);
    }

    /**
     * Begins the method on this thread; the guard is needed until the stage it returned completes. Whatever the method
     * throws is the failure of the result.
     */
    public CompletableFuture<@Nullable Object> begin() {
        CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        CompletionStage<?> stage;
        try {
            grant.ensureValid();
            stage = (CompletionStage<?>) body();
        } catch (Exception | Error failure) {
            result.completeExceptionally(failure);
            return result;
        }
        if (stage == null) {
            result.complete(null);
            return result;
        }
        stage.whenComplete((value, failure) -> finish(result, value, failure));
        if (onLoss == OnLoss.INTERRUPT) {
            cancelWhenLost(stage, result);
        }
        return result;
    }

    private void cancelWhenLost(CompletionStage<?> stage, CompletableFuture<?> result) {
        Runnable forget = grant.onLost(() -> {
            result.completeExceptionally(new GrantLostException(grant));
            stage.toCompletableFuture().cancel(true);
        });
        stage.whenComplete((value, failure) -> forget.run());
    }

    /** Calls a method that returns a publisher; the guard is needed until that has ended. */
    @SuppressWarnings("unchecked") // Only methods that return one are called this way.
    Publisher<Object> publisher() throws Exception {
        grant.ensureValid();
        return (Publisher<Object>) Objects.requireNonNull(body(), "a method returned null in place of a publisher");
    }

    private void finish(
            CompletableFuture<@Nullable Object> result, @Nullable Object value, @Nullable Throwable failure) {
        if (onLoss == OnLoss.INTERRUPT && grant.state() == GrantState.LOST) {
            GrantLostException lost = new GrantLostException(grant);
            if (failure != null) {
                lost.addSuppressed(failure);
            }
            result.completeExceptionally(lost);
        } else if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private @Nullable Object body() throws Exception {
        try (BatonGuards.Scope scope = BatonGuards.enter(grant)) {
            return call.proceed();
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable neither) {
            throw new UndeclaredThrowableException(neither);
        }
    }
}
