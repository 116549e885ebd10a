package baton.recipes.latch;

import baton.recipes.ClosedException;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The terms of one latch, one after another: the present one, and the one to wait for. Changed on the latch's strand. */
final class Terms {
    /** A term was lost again before anybody looked, and the strand has not noticed yet; or its clocks are in doubt. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Writer: the strand. */
    private volatile @Nullable Term current;
    /** Completed while it leads; replaced when it does not. Writer: the strand. */
    private volatile CompletableFuture<Leadership> next = new CompletableFuture<>();
    /** Writer: who closes the latch. */
    private volatile @Nullable ClosedException closed;

    /** Those who were promised a term, until they have it or have given up. */
    private final Set<CompletableFuture<Leadership>> promised = ConcurrentHashMap.newKeySet();
    /** Tells them. */
    private final Executor listenerExecutor;

    private int count;

    Terms(Executor listenerExecutor) {
        this.listenerExecutor = listenerExecutor;
    }

    /** The present term, which may be over without having been ended here yet. From any thread. */
    Optional<Term> current() {
        return Optional.ofNullable(current);
    }

    /** The present term if it is valid. From any thread. */
    Optional<Leadership> valid() {
        return current().filter(Term::isValid).map(term -> term);
    }

    /** Whether there is a present term and it is valid. From any thread. */
    boolean isValid() {
        Term now = current;
        return now != null && now.isValid();
    }

    /** The present term, or the next. From any thread. */
    CompletableFuture<Leadership> next() {
        ClosedException over = closed;
        return over == null ? next : CompletableFuture.failedFuture(over);
    }

    /**
     * As {@link #next}, fit to be given to a user who may give up: whoever completes or cancels it before it comes true
     * leaves nothing behind.
     */
    CompletableFuture<Leadership> promise() {
        CompletableFuture<Leadership> mine = new CompletableFuture<>();
        promised.add(mine);
        mine.whenComplete((term, failure) -> promised.remove(mine));
        CompletableFuture<Leadership> now = next();
        if (now.isDone()) {
            // Announced already, perhaps before this one was heard of.
            fulfil(mine, now);
        }
        return mine;
    }

    /** How many were promised a term and wait for it. */
    int waiting() {
        return promised.size();
    }

    private void fulfilAll(CompletableFuture<Leadership> outcome) {
        promised.forEach(each -> fulfil(each, outcome));
    }

    private void fulfil(CompletableFuture<Leadership> promise, CompletableFuture<Leadership> outcome) {
        outcome.whenCompleteAsync(Waiting.into(promise), listenerExecutor);
    }

    /** Waits for a term that is valid. From any thread. */
    Leadership await() throws InterruptedException {
        while (true) {
            Leadership elected = Waiting.forever(next());
            if (elected.isValid()) {
                return elected;
            }
            Waiting.atMost(LOOK_AGAIN, elected.lost());
        }
    }

    /** As {@link #await()}; empty if time runs out. */
    Optional<Leadership> await(Deadline deadline, Scheduler scheduler) throws InterruptedException {
        while (true) {
            Optional<Leadership> elected = Waiting.atMost(deadline.remaining(scheduler), next());
            if (elected.isEmpty() || elected.get().isValid()) {
                return elected;
            }
            Duration left = deadline.remaining(scheduler);
            if (left.isZero()) {
                return Optional.empty();
            }
            Waiting.atMost(
                    left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN,
                    elected.get().lost());
        }
    }

    /** Numbers the next term. */
    int count() {
        return ++count;
    }

    void begin(Term term) {
        current = term;
    }

    /** Lets those who wait have the present term. */
    void announce() {
        Term now = current;
        if (now != null) {
            next.complete(now);
            fulfilAll(next);
        }
    }

    /** Ends the present term. Who waits for a term that was never announced waits on. */
    void end() {
        current = null;
        if (next.isDone()) {
            renewNext();
        }
    }

    /** Fails those who wait for the next term. Who comes later waits for what the next try brings. */
    void refuse(Throwable why) {
        CompletableFuture<Leadership> waiting = next;
        if (!waiting.isDone()) {
            List<CompletableFuture<Leadership>> soFar = List.copyOf(promised);
            renewNext();
            waiting.completeExceptionally(why);
            soFar.forEach(each -> fulfil(each, waiting));
        }
    }

    private void renewNext() {
        if (closed != null) {
            return;
        }
        CompletableFuture<Leadership> fresh = new CompletableFuture<>();
        next = fresh;
        ClosedException over = closed;
        if (over != null) {
            fresh.completeExceptionally(over);
        }
    }

    /** There will be none any more. From any thread. */
    void close(ClosedException why) {
        closed = why;
        next.completeExceptionally(why);
        fulfilAll(CompletableFuture.failedFuture(why));
    }
}
