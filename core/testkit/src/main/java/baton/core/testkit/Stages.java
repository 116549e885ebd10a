package baton.core.testkit;

import baton.core.CoordinationException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for stages in tests, never for ever. */
public final class Stages {
    /** Long enough for a busy machine; nothing here should take a tenth of it. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private Stages() {}

    /** The value; a {@link CoordinationException} is thrown as it is. */
    public static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CoordinationException expected) {
                throw expected;
            }
            throw new AssertionError("failed with something that is not a CoordinationException", failed.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("no outcome within " + PATIENCE, late);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }

    /** The failure, which must come. */
    public static CoordinationException failure(CompletionStage<?> stage) {
        try {
            throw new AssertionError("ended well with " + value(stage) + " instead of failing");
        } catch (CoordinationException expected) {
            return expected;
        }
    }
}
