package baton.recipes;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.SessionEndedException;
import baton.recipes.run.Backoff;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the store that are repeated while that can help.
 *
 * <p>What was certainly not applied is sent again, with pauses from 10 ms to 1 s, and not while the session is
 * disconnected. What is in doubt is settled first; then it is looked up, or, if the call may be repeated, sent again.
 * Other errors go to the caller at once. When the deadline passes first, the call fails with IN_DOUBT if it may have
 * happened, else with UNAVAILABLE. Operations are called on the strand, each time with the session to use.
 *
 * <p>Results arrive on the strand, and never within the call itself: who asks brings its own state in order first.
 */
public final class Calls {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final @Nullable ClientSession only;

    Calls(RecipeRuntime runtime, Strand strand, @Nullable ClientSession only) {
        this.runtime = runtime;
        this.strand = strand;
        this.only = only;
    }

    /** The same calls, bound to one session: they fail with SESSION_ENDED when it is over, instead of taking the next. */
    public Calls only(ClientSession session) {
        return new Calls(runtime, strand, session);
    }

    /** Calls an operation that may be repeated after it was applied: reads, deletes, creates that accept an existing node. */
    public <T> CompletableFuture<T> repeatable(Deadline deadline, Function<CoreSession, CompletionStage<T>> operation) {
        return begin(new Call<>(deadline, operation, session -> CompletableFuture.completedFuture(Optional.empty())));
    }

    /**
     * Calls an operation whose outcome can be looked up.
     *
     * @param probe called after a settle: present if the operation was applied, with its result; empty if it was not
     */
    public <T> CompletableFuture<T> resolved(
            Deadline deadline,
            Function<CoreSession, CompletionStage<T>> operation,
            Function<CoreSession, CompletionStage<Optional<T>>> probe) {
        return begin(new Call<>(deadline, operation, probe));
    }

    /** Calls an operation that must not be applied twice and cannot be looked up: a doubt goes to the caller. */
    public <T> CompletableFuture<T> once(Deadline deadline, Function<CoreSession, CompletionStage<T>> operation) {
        return begin(new Call<>(deadline, operation, null));
    }

    private <T> CompletableFuture<T> begin(Call<T> call) {
        if (strand.isCurrent()) {
            call.begin();
        } else {
            strand.execute(call::begin);
        }
        return call.result;
    }

    /** The error code of a failure; UNSUPPORTED for what is no error of a store, because a retry cannot help it. */
    public static CoreError codeOf(Throwable failure) {
        return Waiting.causeOf(failure) instanceof CoordinationException known ? known.code() : CoreError.UNSUPPORTED;
    }

    /** One call with its repetitions. Confined to the strand. */
    private final class Call<T> {
        private final Deadline deadline;
        private final Function<CoreSession, CompletionStage<T>> operation;
        private final @Nullable Function<CoreSession, CompletionStage<Optional<T>>> probe;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        private Scheduler.Timer timer = () -> {};
        private boolean inDoubt;
        private @Nullable Throwable lastFailure;

        Call(
                Deadline deadline,
                Function<CoreSession, CompletionStage<T>> operation,
                @Nullable Function<CoreSession, CompletionStage<Optional<T>>> probe) {
            this.deadline = deadline;
            this.operation = operation;
            this.probe = probe;
        }

        void begin() {
            if (!deadline.never()) {
                timer = runtime.scheduler()
                        .schedule(deadline.remaining(runtime.scheduler()), () -> strand.execute(this::giveUp));
            }
            next();
        }

        private void next() {
            if (result.isDone()) {
                timer.cancel();
                return;
            }
            if (only != null && only.hasEnded()) {
                sessionOver(only);
                return;
            }
            Optional<ClientSession> live = runtime.liveSession();
            if (live.isEmpty()) {
                runtime.whenLive()
                        .whenComplete((session, closed) -> strand.execute(() -> {
                            if (closed == null) {
                                next();
                            } else {
                                end(Waiting.causeOf(closed));
                            }
                        }));
            } else if (only != null && live.get() != only) {
                sessionOver(only);
            } else if (inDoubt && probe != null) {
                settle(live.get().core(), probe);
            } else {
                send(live.get().core());
            }
        }

        /** Known without asking, so perhaps while the caller is still at it. */
        private void sessionOver(ClientSession session) {
            strand.execute(() -> end(new SessionEndedException(null, session + " is over")));
        }

        private void send(CoreSession session) {
            on(operation.apply(session), this::succeed);
        }

        private void settle(CoreSession session, Function<CoreSession, CompletionStage<Optional<T>>> probe) {
            on(
                    session.settle(),
                    settled -> on(probe.apply(session), found -> {
                        inDoubt = false;
                        found.ifPresentOrElse(this::succeed, this::next);
                    }));
        }

        private <R> void on(CompletionStage<R> stage, Consumer<R> then) {
            stage.whenComplete((value, failure) -> strand.execute(() -> {
                if (failure == null) {
                    then.accept(value);
                } else {
                    failed(Waiting.causeOf(failure));
                }
            }));
        }

        private void failed(Throwable failure) {
            lastFailure = failure;
            CoreError code = codeOf(failure);
            if (code == CoreError.UNAVAILABLE) {
                pause();
            } else if (probe != null
                    && (code == CoreError.IN_DOUBT || (code == CoreError.SESSION_ENDED && only == null))) {
                // Sent under a session that ended: it may have been applied before the end.
                inDoubt = true;
                pause();
            } else {
                end(failure);
            }
        }

        private void pause() {
            Duration pause = backoff.next(runtime.scheduler().jitter());
            runtime.scheduler().schedule(pause, () -> strand.execute(this::next));
        }

        private void giveUp() {
            if (!result.isDone()) {
                CoreError code = inDoubt ? CoreError.IN_DOUBT : CoreError.UNAVAILABLE;
                end(new CoordinationException(code, null, "gave up: no answer of the store in time", lastFailure));
            }
        }

        private void succeed(T value) {
            timer.cancel();
            result.complete(value);
        }

        private void end(Throwable failure) {
            timer.cancel();
            result.completeExceptionally(failure);
        }
    }
}
