package baton.recipes.contend;

import baton.recipes.RecipeRuntime;
import baton.recipes.RevocationRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One who waits in a {@link TicketQueue}.
 *
 * <p>Its result is decided once: with a grant, with nothing if it was withdrawn or only tried, or with a failure. A
 * grant that comes for one who has withdrawn is given back at once.
 */
public final class QueueRequest {
    final ContendSpec spec;
    final QueueMode mode;
    final boolean tryOnly;
    private final TicketQueue queue;
    private final Revocability<?> revocability;
    private final CompletableFuture<Optional<TicketGrant>> result = new CompletableFuture<>();
    /** Writer: the queue's strand. */
    volatile @Nullable Contender contender;

    QueueRequest(TicketQueue queue, ContendSpec spec, QueueMode mode, boolean tryOnly, Revocability<?> revocability) {
        this.queue = queue;
        this.spec = spec;
        this.mode = mode;
        this.tryOnly = tryOnly;
        this.revocability = revocability;
    }

    /** Completes on an internal thread: wait for it, or hand it over with {@link RecipeRuntime#handOver}. */
    public CompletableFuture<Optional<TicketGrant>> result() {
        return result;
    }

    /** Waits no more. False if the result was there before, which is then the caller's to give back. */
    public boolean withdraw() {
        boolean first = result.complete(Optional.empty());
        if (first) {
            queue.withdrawn(this);
        }
        return first;
    }

    /** How many are known to be before it, here and at the store. */
    public int before() {
        return queue.before(this);
    }

    boolean isDecided() {
        return result.isDone();
    }

    boolean grant(TicketGrant grant) {
        return result.complete(Optional.of(grant));
    }

    void asked(RevocationRequest request, Runnable takeAway) {
        revocability.asked(request, takeAway);
    }

    void refuse() {
        result.complete(Optional.empty());
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
