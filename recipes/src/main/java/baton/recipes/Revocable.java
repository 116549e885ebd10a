package baton.recipes;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Something that is held, and whose holder lets itself be asked to let go. Who asks is a {@link Revoker}.
 *
 * <p>The last listener counts. Requests that were written before there was one are not told. Who waits is asked just as
 * who holds, because either has a ticket.
 *
 * @param <T> what is held
 */
public interface Revocable<T> {
    /** Hears of requests on the listener executor of the client. */
    void makeRevocable(RevocationListener<T> listener);

    /** Hears of requests on an executor of its own. */
    void makeRevocable(RevocationListener<T> listener, Executor executor);

    /**
     * As {@link #makeRevocable(RevocationListener, Executor)}, and what was not released so long after a request is taken
     * away: the grant is lost with {@link LossReason#REVOKED}, who waits goes to the tail.
     */
    void makeRevocable(RevocationListener<T> listener, Executor executor, Duration autoReleaseAfter);
}
