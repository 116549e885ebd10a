package baton.recipes.contend;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Place;
import baton.core.TriggerReason;
import baton.recipes.MarkedTicket;
import baton.recipes.OwnerInfo;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who stands before a ticket.
 *
 * <p>The set of tickets before mine can only shrink while mine lives, so the directory is listed once and then only the
 * nearest ticket before mine is watched: a deletion wakes one. The list is read again when that one has left and others
 * were before it, after many were found gone, after a trigger could not be trusted, and after a reconnect. Each look has
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
    /** The tickets before mine that count, nearest last. */
    private final Deque<NodePath> blockers = new ArrayDeque<>();

    private @Nullable Armed<Optional<Node>> watch;
    private int step;
    private int absences;
    /** Writer: the strand. */
    private volatile int before;
    /** Whom it waits for. Writer: the strand. */
    private volatile @Nullable Node nearest;

    /** @param onWaiting called whenever somebody was found to be before it */
    Line(
            Attempt attempt,
            RecipeRuntime runtime,
            Strand strand,
            ContendSpec spec,
            AttemptEvents events,
            Runnable onWaiting) {
        this.attempt = attempt;
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.events = events;
        this.onWaiting = onWaiting;
    }

    /** How many were before it when it looked last. From any thread. */
    int before() {
        return before;
    }

    /** From any thread. */
    String stageName() {
        return nearest == null ? "JOINED" : "WAITING";
    }

    /** Says whom it waits for, for people. From any thread. */
    void describe(Map<String, Object> fields) {
        Node waitedFor = nearest;
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
        readAgain(attempt::settledListing);
    }

    private void readAgain(Function<CoreSession, CompletionStage<Optional<Listing>>> listing) {
        int mine = ++step;
        letGo();
        attempt.call(listing, names -> {
            if (mine == step) {
                read(names);
            }
        });
    }

    /** Finds my place in a list that was read after my ticket was there. */
    void read(Optional<Listing> names) {
        long began = runtime.scheduler().nowNanos();
        Optional<Place> place =
                names.flatMap(listing -> listing.madeBy(attempt.id())).flatMap(Listing.Entry::place);
        if (place.isEmpty()) {
            events.gone();
            return;
        }
        blockers.clear();
        absences = 0;
        for (Listing.Entry entry : names.orElseThrow().entries()) {
            if (entry.place().isEmpty()
                    || !spec.rule().knows(entry.place().get().label())) {
                events.foreign(entry);
            } else if (entry.place().get().isBefore(place.get())
                    && spec.rule().blocks(place.get(), entry.place().get())) {
                blockers.addLast(spec.directory().child(entry.name()));
            }
        }
        before = blockers.size();
        runtime.metrics()
                .time(
                        "evaluate",
                        spec.recipe(),
                        Duration.ofNanos(runtime.scheduler().nowNanos() - began));
        if (!blockers.isEmpty()) {
            onWaiting.run();
        }
        next();
    }

    private void next() {
        int mine = ++step;
        nearest = null;
        before = blockers.size();
        if (blockers.isEmpty()) {
            events.first();
            return;
        }
        NodePath blocker = blockers.getLast();
        attempt.call(
                core -> core.readAndArm(
                        blocker, ArmMode.DELETION_ONLY, reason -> strand.execute(() -> changed(mine, reason))),
                armed -> seen(mine, armed),
                Armed::cancel);
    }

    private void seen(int mine, Armed<Optional<Node>> armed) {
        if (mine != step) {
            armed.cancel();
        } else if (armed.state().isPresent()) {
            absences = 0;
            watch = armed;
            nearest = armed.state().get();
            events.waiting(before);
        } else {
            armed.cancel();
            blockers.removeLast();
            if (++absences >= ABSENCES_MAX && !blockers.isEmpty()) {
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
        } else if (blockers.size() > 1) {
            // In a line that moves from its head, those before the one that left have left too: one listing tells.
            readAgain(core -> core.list(spec.directory()));
        } else {
            next();
        }
    }

    private void letGo() {
        nearest = null;
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }
}
