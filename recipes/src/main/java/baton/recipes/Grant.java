package baton.recipes;

import baton.core.NodePath;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Says that you hold something, for as long as it is valid.
 *
 * <p>Between a {@code true} of {@link #isValid} and your next instruction the process may be paused for longer than
 * the session lives: then another may hold it too. Only the resource can prevent harm, by refusing smaller
 * {@linkplain #token tokens}, or the store, by {@linkplain CoordinationClient#transaction guarded transactions}.
 *
 * <p>When a grant is lost it becomes invalid first; then {@link #lost} completes; then listeners run. Once lost or
 * released it never becomes valid again. Safe for use by many threads.
 */
public interface Grant extends AutoCloseable {

    FencingToken token();

    /** The session it belongs to, counted by the client from 1. */
    long sessionEpoch();

    /** Whether it is held right now. Asks nobody: a few volatile reads and the clocks. */
    boolean isValid();

    /** For how long it is certainly held; zero if it is not valid. */
    Duration remaining();

    /** @throws GrantLostException if it is not valid */
    default void ensureValid() {
        if (!isValid()) {
            throw new GrantLostException(this);
        }
    }

    /** Asks the store whether the ticket is still there. If not, the grant is lost with that. */
    CompletionStage<Boolean> verify();

    /** Completes once, when it is lost; never if it is released. Completes on the listener executor. */
    CompletionStage<LossReason> lost();

    /**
     * Runs {@code action} once when it is lost, on the listener executor; at once if it is lost already. For what is
     * shorter than the grant: what waits on {@link #lost} stays there until the grant is gone.
     *
     * @param action must not block
     * @return ends the registration; idempotent
     */
    Runnable onLost(Runnable action);

    GrantState state();

    /** The node that stands for it at the store. */
    NodePath ticketPath();

    /** Gives it back. Idempotent, never waits for the store, never throws because of the connection. */
    @Override
    void close();

    /**
     * Runs {@code body} in the calling thread and interrupts it when the grant is lost.
     *
     * @throws GrantLostException if the grant was lost before the body ended; what the body threw is suppressed in it
     */
    default <T> T runGuarded(Callable<T> body) throws Exception {
        return new GuardedRun(this).call(body);
    }

    /**
     * Runs {@code body} on an executor as {@link #runGuarded} does.
     *
     * @return its result; cancelling it interrupts the body
     */
    default <T> CompletableFuture<T> callAsync(Executor executor, Callable<T> body) {
        return new GuardedRun(this).callOn(executor, body);
    }
}
