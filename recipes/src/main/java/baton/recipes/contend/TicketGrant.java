package baton.recipes.contend;

import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Phase;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.FencingToken;
import baton.recipes.FlightRecorder;
import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.LossReason;
import baton.recipes.LossSignal;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The grant of a ticket.
 *
 * <p>It ends once, by a compare-and-set on its state, whoever comes first: the holder who closes it, the strand that
 * learns of a loss, or a reader of {@link #isValid} who finds the lease over before any timer ran. What follows from
 * the end happens on the contender's strand.
 */
public final class TicketGrant implements Grant {
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final Contender contender;
    private final ClientSession session;
    private final NodePath path;
    private final FencingToken token;
    private final long sinceNanos;
    private final AtomicReference<GrantState> state = new AtomicReference<>(GrantState.HELD);
    private final LossSignal loss;

    TicketGrant(
            RecipeRuntime runtime,
            Strand strand,
            Contender contender,
            ClientSession session,
            NodePath path,
            FencingToken token) {
        this.runtime = runtime;
        this.strand = strand;
        this.contender = contender;
        this.session = session;
        this.path = path;
        this.token = token;
        this.loss = new LossSignal(runtime);
        this.sinceNanos = runtime.scheduler().nowNanos();
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
        return isHeld() && session.holds();
    }

    @Override
    public Duration remaining() {
        return isHeld() ? session.remaining() : Duration.ZERO;
    }

    @Override
    public CompletionStage<Boolean> verify() {
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        CompletableFuture<Boolean> held = runtime.calls(strand)
                .only(session)
                .repeatable(deadline, this::syncedStat)
                .handle((stat, failure) -> verified(stat, failure) && isValid());
        return runtime.handOver(held);
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
        if (!isHeld()) {
            return Objects.requireNonNull(state.get());
        }
        return session.core().phase() == Phase.LIVE ? GrantState.HELD : GrantState.JEOPARDY;
    }

    @Override
    public NodePath ticketPath() {
        return path;
    }

    @Override
    public void close() {
        release(Duration.ZERO);
    }

    /**
     * Gives it back now, and deletes the ticket only after it was held for a time at least.
     *
     * @return false if it had ended before
     */
    public boolean release(Duration heldAtLeast) {
        if (!state.compareAndSet(GrantState.HELD, GrantState.RELEASED)) {
            return false;
        }
        Duration held = heldFor();
        runtime.metrics().time("hold", contender.recipe(), held);
        Duration rest = heldAtLeast.minus(held);
        if (rest.isNegative() || rest.isZero()) {
            // Sent by the caller's thread, so that it is under way before anything the caller does next.
            contender.deleteTicket(this);
            strand.execute(() -> contender.released(this));
        } else {
            runtime.scheduler()
                    .schedule(
                            rest,
                            () -> strand.execute(() -> {
                                contender.deleteTicket(this);
                                contender.released(this);
                            }));
        }
        return true;
    }

    /** Takes it away; false if it had ended before. From any thread. */
    public boolean lose(LossReason reason) {
        if (!state.compareAndSet(GrantState.HELD, GrantState.LOST)) {
            return false;
        }
        runtime.metrics().count("lost", contender.recipe(), reason.name());
        runtime.metrics().time("hold", contender.recipe(), heldFor());
        FlightRecorder.lost(contender.recipe(), this, reason);
        loss.fire(reason);
        strand.execute(() -> contender.grantLost(this, reason));
        return true;
    }

    boolean isReleased() {
        return state.get() == GrantState.RELEASED;
    }

    ClientSession session() {
        return session;
    }

    private Duration heldFor() {
        return Duration.ofNanos(runtime.scheduler().nowNanos() - sinceNanos);
    }

    /** Whether it has not ended. A lease found over ends it here: it must not come to life again by a late reply. */
    private boolean isHeld() {
        if (state.get() != GrantState.HELD) {
            return false;
        }
        if (session.hasExpired()) {
            lose(session.hasEnded() ? LossReason.SESSION_LOST : LossReason.LEASE_EXPIRED);
            return false;
        }
        return true;
    }

    private CompletionStage<Optional<NodeStat>> syncedStat(CoreSession core) {
        return core.settle().thenComposeAsync(settled -> core.stat(path), strand);
    }

    private boolean verified(@Nullable Optional<NodeStat> stat, @Nullable Throwable failure) {
        if (failure != null) {
            if (Calls.codeOf(failure) == CoreError.SESSION_ENDED) {
                lose(LossReason.SESSION_LOST);
            }
            return false;
        }
        boolean mine = stat != null
                && stat.filter(found -> found.createRev() == token.value()
                                && found.ownedBy(session.core().id()))
                        .isPresent();
        if (!mine) {
            lose(LossReason.NODE_DELETED);
        }
        return mine;
    }

    @Override
    public String toString() {
        return "TicketGrant[" + path + " token " + token.value() + " " + state.get() + "]";
    }
}
