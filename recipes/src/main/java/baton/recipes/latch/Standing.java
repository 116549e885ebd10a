package baton.recipes.latch;

import baton.core.NodePath;
import baton.recipes.LossReason;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.ContendSpec;
import baton.recipes.contend.Contender;
import baton.recipes.contend.ContenderEvents;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The place of one latch in line. Whoever is out of line gets in again at the tail, after a rest if there is to be one,
 * until it leaves for good; between {@link #withdraw} and {@link #rejoin} it stays out. Confined to the strand, except
 * what says so.
 */
final class Standing {
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final ContendSpec spec;
    private final ContenderEvents events;
    /** Writer: the strand. */
    private volatile @Nullable Contender contender;

    private boolean wanted;
    private boolean left;
    private boolean withdrawn;
    private Duration rest = Duration.ZERO;
    private Scheduler.Timer restart = () -> {};
    /** Completes when the ticket it had last is gone. */
    private CompletableFuture<Void> ticketGone = CompletableFuture.completedFuture(null);

    /** @param events told of what becomes of each place; has to call {@link #outOfLine} when one is over */
    Standing(RecipeRuntime runtime, Strand strand, ContendSpec spec, ContenderEvents events) {
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.events = events;
    }

    /** Gets in line, unless it was told to leave by somebody who was quicker. */
    void begin() {
        if (!left) {
            wanted = true;
            contend();
        }
    }

    /** How long to rest the next time it is out of line. */
    void restNext(Duration pause) {
        rest = pause;
    }

    void withdraw() {
        withdrawn = true;
        restart.cancel();
        take(LossReason.REVOKED);
    }

    void rejoin() {
        if (withdrawn) {
            withdrawn = false;
            if (contender == null) {
                contend();
            }
        }
    }

    /** The ticket is given up for good: by closing, by stepping down, or because the store refused. */
    void outOfLine() {
        Contender line = contender;
        if (line != null) {
            ticketGone = line.gone();
        }
        contender = null;
        if (wanted && !withdrawn) {
            restart = runtime.scheduler().schedule(rest, () -> strand.execute(this::contend));
        }
    }

    /** Leaves for good. Completes when the store has said that the ticket is gone, or never will. */
    CompletableFuture<Void> leave() {
        left = true;
        wanted = false;
        restart.cancel();
        take(LossReason.CLOSED_CLIENT);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        // Behind the word of the loss, which is on its way on this strand.
        strand.execute(() -> ticketGone.whenComplete((done, failure) -> gone.complete(null)));
        return gone;
    }

    /** Its ticket, while it has one. From any thread. */
    Optional<NodePath> ticket() {
        return Optional.ofNullable(contender).flatMap(Contender::ticket);
    }

    /** Says where it stands, for people. From any thread. */
    void describe(Map<String, Object> fields) {
        Contender line = contender;
        if (line != null) {
            line.describe(fields);
        }
    }

    private void contend() {
        if (!wanted || withdrawn) {
            return;
        }
        rest = Duration.ZERO;
        Contender line = new Contender(runtime, strand, spec, events);
        contender = line;
        line.start();
    }

    private void take(LossReason reason) {
        Contender line = contender;
        if (line != null) {
            line.take(reason);
        }
    }
}
