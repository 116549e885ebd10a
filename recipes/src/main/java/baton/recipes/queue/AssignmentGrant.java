package baton.recipes.queue;

import baton.core.NodePath;
import baton.recipes.ClientSession;
import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.LossReason;
import baton.recipes.LossSignal;
import baton.recipes.RecipeRuntime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Says that a task is this worker's: valid until the handler has ended, the task was taken away, or the session is
 * over. Its ticket is the node of the assignment.
 */
final class AssignmentGrant implements Grant {
    private final RecipeRuntime runtime;
    private final ClientSession session;
    private final NodePath path;
    private final FencingToken token;
    private final AtomicReference<GrantState> state = new AtomicReference<>(GrantState.HELD);
    private final LossSignal loss;

    AssignmentGrant(RecipeRuntime runtime, ClientSession session, NodePath path, FencingToken token) {
        this.runtime = runtime;
        this.session = session;
        this.path = path;
        this.token = token;
        this.loss = new LossSignal(runtime);
    }

    @Override
    public FencingToken token() {
        return token;
    }

    @Override
    public long sessionEpoch() {
        return session.epoch();
    }

    @Override
    public boolean isValid() {
        return state.get() == GrantState.HELD && session.holds();
    }

    @Override
    public Duration remaining() {
        return state.get() == GrantState.HELD ? session.remaining() : Duration.ZERO;
    }

    @Override
    public CompletionStage<Boolean> verify() {
        if (!isValid()) {
            return CompletableFuture.completedFuture(false);
        }
        CompletionStage<Boolean> present = session.core()
                .settle()
                .thenCompose(settled -> session.core().stat(path))
                .thenApply(stat ->
                        stat.filter(found -> found.createRev() == token.value()).isPresent())
                .thenApply(here -> {
                    if (!here) {
                        lose(LossReason.NODE_DELETED);
                    }
                    return here && isValid();
                });
        return runtime.handOver(present);
    }

    @Override
    public CompletionStage<LossReason> lost() {
        return loss.lost();
    }

    @Override
    public Runnable onLost(Runnable action) {
        return loss.onLost(action);
    }

    @Override
    public GrantState state() {
        GrantState now = Objects.requireNonNull(state.get());
        return now == GrantState.HELD
                        && runtime.liveSession().filter(live -> live == session).isEmpty()
                ? GrantState.JEOPARDY
                : now;
    }

    @Override
    public NodePath ticketPath() {
        return path;
    }

    /** Does nothing: an assignment ends with its handler. */
    @Override
    public void close() {}

    void end() {
        state.compareAndSet(GrantState.HELD, GrantState.RELEASED);
    }

    void lose(LossReason reason) {
        if (state.compareAndSet(GrantState.HELD, GrantState.LOST)) {
            loss.fire(reason);
        }
    }
}
