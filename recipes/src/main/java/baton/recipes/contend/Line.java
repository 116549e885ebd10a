package baton.recipes.contend;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.TriggerReason;
import baton.recipes.MarkedTicket;
import baton.recipes.OwnerInfo;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who stands before a ticket.
 *
 * <p>The set of tickets before mine can only shrink while mine lives, so the directory is listed once and then only the
 * nearest ticket before mine is watched: a deletion wakes one. The list is read again when that one has left and it is
 * not known who left before it, after many were found gone, after a trigger could not be trusted, and after a reconnect. Each look has
 * a number: what arrives for another look is dropped, and what it armed is let go. Confined to the strand.
 */
final class Line {
    /** So many tickets found gone one after another mean that many went at once: one listing is cheaper. */
    private static final int ABSENCES_MAX = 8;

    private final Attempt attempt;
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final ContendSpec spec;
    private final AttemptEvents events;
    private final Runnable onWaiting;
    private final Ahead ahead;
    private @Nullable Armed<Optional<Node>> watch;
    private int step;
    private int absences;
    /** Writer: the strand. */
    private volatile int before;
    /** Whom it waits for. Writer: the strand. */
    private volatile @Nullable Node waitsFor;

    /** @param onWaiting called whenever somebody was found to be before it */
    Line(
            Attempt attempt,
            RecipeRuntime runtime,
            Strand strand,
            ContendSpec spec,
            Ahead ahead,
            AttemptEvents events,
            Runnable onWaiting) {
        this.attempt = attempt;
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.ahead = ahead;
        this.events = events;
        this.onWaiting = onWaiting;
    }

    /** How many were before it when it looked last. From any thread. */
    int before() {
        return before;
    }

    /** From any thread. */
    String stageName() {
        return waitsFor == null ? "JOINED" : "WAITING";
    }

    /** Says whom it waits for, for people. From any thread. */
    void describe(Map<String, Object> fields) {
        Node waitedFor = waitsFor;
        if (waitedFor != null) {
            fields.put("waitsFor", waitedFor.path().name());
            OwnerInfo.parse(MarkedTicket.of(waitedFor).data())
                    .ifPresent(owner -> fields.put("heldUpBy", owner.clientId() + " " + owner.task()));
        }
    }

    /** Stops looking. */
    void leave() {
        step++;
        before = 0;
        letGo();
    }

    /** Reads the list again, once it shows everything that happened so far. */
    void readAgain() {
        readAgain(true);
    }

    private void readAgain(boolean settled) {
        int mine = ++step;
        letGo();
        attempt.call(core -> attempt.listing(core, settled), names -> {
            if (mine == step) {
                read(names);
            }
        });
    }

    /** Finds my place in a list that was read after my ticket was there. */
    void read(Optional<Listing> names) {
        long began = runtime.scheduler().nowNanos();
        if (!ahead.read(names)) {
            events.gone();
            return;
        }
        absences = 0;
        before = ahead.count();
        runtime.metrics()
                .time(
                        "evaluate",
                        spec.recipe(),
                        Duration.ofNanos(runtime.scheduler().nowNanos() - began));
        if (before > 0) {
            onWaiting.run();
        }
        next();
    }

    private void next() {
        int mine = ++step;
        waitsFor = null;
        before = ahead.count();
        Optional<NodePath> nearest = ahead.nearest();
        if (nearest.isEmpty()) {
            events.first();
            return;
        }
        NodePath blocker = nearest.get();
        attempt.call(
                core -> core.readAndArm(
                        blocker, ArmMode.DELETION_ONLY, reason -> strand.execute(() -> changed(mine, reason))),
                armed -> seen(mine, blocker, armed),
                Armed::cancel);
    }

    private void seen(int mine, NodePath blocker, Armed<Optional<Node>> armed) {
        if (mine != step) {
            armed.cancel();
        } else if (armed.state().isPresent()) {
            absences = 0;
            watch = armed;
            waitsFor = armed.state().get();
            events.waiting(before);
        } else {
            armed.cancel();
            ahead.gone(blocker);
            if (++absences >= ABSENCES_MAX && ahead.nearest().isPresent()) {
                readAgain();
            } else {
                next();
            }
        }
    }

    private void changed(int mine, TriggerReason reason) {
        if (mine != step) {
            return;
        }
        watch = null;
        if (reason == TriggerReason.LOST_TRACK) {
            readAgain();
        } else if (ahead.needsListing()) {
            // In a line that moves from its head, those before the one that left have left too: one listing tells.
            readAgain(false);
        } else {
            next();
        }
    }

    private void letGo() {
        waitsFor = null;
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }
}
