package baton.recipes.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The edge at which a caller's thread blocks, in a future and for a bounded time, and how a future ends as another does. */
public final class Waiting {
    private Waiting() {}

    /**
     * Waits for a result.
     *
     * @return the result, which must not be null, or empty if time ran out; the stage is left as it is
     */
    public static <T> Optional<T> atMost(Duration timeout, CompletionStage<T> stage) throws InterruptedException {
        try {
            return Optional.of(stage.toCompletableFuture().get(Math.max(0, nanos(timeout)), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        }
    }

    /** Waits for a result for as long as it takes. */
    public static <T> T forever(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        }
    }

    /** What a stage failed with, freed of the wrappers stages put around it. */
    public static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Ends a promise as a stage ends: with its value, or with what it {@linkplain #causeOf failed with}. */
    public static <T> BiConsumer<T, @Nullable Throwable> into(CompletableFuture<T> promise) {
        return (value, failure) -> {
            if (failure == null) {
                promise.complete(value);
            } else {
                promise.completeExceptionally(causeOf(failure));
            }
        };
    }

    private static RuntimeException rethrown(Throwable failure) {
        Throwable cause = causeOf(failure);
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException problem) {
            return problem;
        }
        return new CompletionException(cause);
    }

    private static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}
