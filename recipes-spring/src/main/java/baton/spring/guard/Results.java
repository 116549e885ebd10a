package baton.spring.guard;

import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule.GuardedMethod;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a guarded method returns when it did not run. */
public final class Results {
    private static final Set<String> REACTIVE = Set.of("reactor.core.publisher.Mono", "reactor.core.publisher.Flux");
    private static final Set<String> STREAMS =
            Set.of("org.reactivestreams.Publisher", "java.util.concurrent.Flow$Publisher");
    /** RxJava 1, 2 and 3. */
    private static final Set<String> STREAM_PACKAGES = Set.of("rx.", "io.reactivex.");

    private Results() {}

    /** Whether the guard is needed until a stage completes, not until the method returns. */
    public static boolean isAsync(Class<?> returned) {
        return CompletionStage.class.isAssignableFrom(returned);
    }

    /** Whether the guard is taken at each subscription. By name: Reactor need not be there. */
    public static boolean isReactive(Class<?> returned) {
        return REACTIVE.contains(returned.getName());
    }

    /**
     * Whether the work may go on after the call and no guard of ours can see its end: a stream other than those two, or
     * a future that is no stage.
     */
    static boolean outlivesCall(Class<?> returned) {
        return !isReactive(returned)
                && !isAsync(returned)
                && (Future.class.isAssignableFrom(returned) || isStream(returned));
    }

    /** By the names of the type and of all it extends: the library that has it need not be there. */
    private static boolean isStream(Class<?> type) {
        String name = type.getName();
        Class<?> parent = type.getSuperclass();
        return STREAMS.contains(name)
                || STREAM_PACKAGES.stream().anyMatch(name::startsWith)
                || parent != null && isStream(parent)
                || Stream.of(type.getInterfaces()).anyMatch(Results::isStream);
    }

    /** Whether a call without the guard is left out silently. */
    public static boolean isSkipped(Otherwise otherwise, Class<?> returned) {
        return otherwise == Otherwise.SKIP || otherwise == Otherwise.DEFAULT && hasEmpty(returned);
    }

    /** The empty result of a skipped call. */
    public static @Nullable Object empty(Class<?> returned) {
        if (returned == Optional.class) {
            return Optional.empty();
        }
        return isAsync(returned) ? CompletableFuture.completedFuture(null) : null;
    }

    /** A failure in the form the method fails in: thrown, or in its stage. */
    public static Object failed(Class<?> returned, RuntimeException failure) {
        if (isAsync(returned)) {
            return CompletableFuture.failedFuture(failure);
        }
        throw failure;
    }

    /** @throws StartRefusedException if calls are to be skipped that have no empty result, or the stage is of a kind we cannot return */
    public static void check(GuardedMethod guarded, Otherwise otherwise) {
        Class<?> returned = guarded.method().getReturnType();
        if (otherwise == Otherwise.SKIP && !hasEmpty(returned)) {
            throw new StartRefusedException(
                    guarded + " returns " + returned.getSimpleName() + ", of which a skipped call has no empty value.",
                    "Return Optional, use otherwise=FAIL, or leave otherwise out.");
        }
        if (isAsync(returned) && !returned.isAssignableFrom(CompletableFuture.class)) {
            throw new StartRefusedException(
                    guarded + " returns " + returned.getSimpleName() + ", which a guard cannot make.",
                    "Return CompletionStage or CompletableFuture.");
        }
    }

    private static boolean hasEmpty(Class<?> returned) {
        return returned == void.class
                || returned == Void.class
                || returned == Optional.class
                || isAsync(returned)
                || isReactive(returned);
    }
}
