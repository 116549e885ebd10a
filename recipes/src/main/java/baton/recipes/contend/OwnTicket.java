package baton.recipes.contend;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.MarkedTicket;
import baton.recipes.RevocationRequest;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The watch of an attempt's own ticket: somebody may delete it, or write a request to let go onto it.
 *
 * <p>Set when the attempt has to wait or soon after it is granted, whichever comes first, and kept from then on for as
 * long as there is a ticket. Confined to the strand.
 */
final class OwnTicket {
    /** Whoever gives back sooner than this asks the store nothing about a ticket that is gone by then. */
    private static final Duration GRANTED_UNWATCHED = Duration.ofMillis(50);

    private final Attempt attempt;
    private final Scheduler scheduler;
    private final Strand strand;
    private final AttemptEvents events;
    private @Nullable Armed<Optional<Node>> watch;
    private boolean watched;
    private Scheduler.Timer soon = () -> {};
    /** What was armed before this was raised has nothing to say any more. */
    private int step;
    /** Requests that have been told. */
    private Set<UUID> told = Set.of();

    OwnTicket(Attempt attempt, Scheduler scheduler, Strand strand, AttemptEvents events) {
        this.attempt = attempt;
        this.scheduler = scheduler;
        this.strand = strand;
        this.events = events;
    }

    void watchOnce() {
        if (!watched) {
            arm();
        }
    }

    /** As {@link #watchOnce}, if the ticket is still there in a moment. */
    void watchSoon() {
        if (!watched) {
            int mine = step;
            soon = scheduler.schedule(
                    GRANTED_UNWATCHED,
                    () -> strand.execute(() -> {
                        if (mine == step) {
                            watchOnce();
                        }
                    }));
        }
    }

    void watchAnew() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        arm();
    }

    /** The watch goes with the ticket. */
    void forget() {
        step++;
        soon.cancel();
    }

    private void arm() {
        watched = true;
        int mine = ++step;
        NodePath path = attempt.path();
        attempt.call(
                core -> core.readAndArm(path, ArmMode.DELETION_ONLY, reason -> strand.execute(() -> fired(mine))),
                armed -> seen(mine, armed),
                Armed::cancel);
    }

    private void seen(int mine, Armed<Optional<Node>> armed) {
        if (mine != step) {
            armed.cancel();
        } else if (armed.state().isEmpty()) {
            armed.cancel();
            events.gone();
        } else {
            watch = armed;
            tell(armed.state().get());
        }
    }

    private void fired(int mine) {
        if (mine == step) {
            watch = null;
            if (!events.isGivenBack()) {
                arm();
            }
        }
    }

    private void tell(Node node) {
        MarkedTicket ticket = MarkedTicket.of(node);
        Set<UUID> before = told;
        told = ticket.requests().stream().map(RevocationRequest::id).collect(Collectors.toUnmodifiableSet());
        ticket.requests().stream()
                .filter(request -> !before.contains(request.id()))
                .forEach(events::asked);
    }
}
