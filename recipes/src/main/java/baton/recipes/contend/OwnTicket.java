package baton.recipes.contend;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.MarkedTicket;
import baton.recipes.RevocationRequest;
import baton.recipes.run.Strand;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The watch of an attempt's own ticket: somebody may delete it, or write a request to let go onto it.
 *
 * <p>Set when the attempt has to wait or is granted, whichever comes first, and kept from then on for as long as there
 * is a ticket. Confined to the strand.
 */
final class OwnTicket {
    private final Attempt attempt;
    private final Strand strand;
    private final AttemptEvents events;
    private @Nullable Armed<Optional<Node>> watch;
    private boolean watched;
    /** What was armed before this was raised has nothing to say any more. */
    private int step;
    /** Requests that have been told. */
    private Set<UUID> told = Set.of();

    OwnTicket(Attempt attempt, Strand strand, AttemptEvents events) {
        this.attempt = attempt;
        this.strand = strand;
        this.events = events;
    }

    void watchOnce() {
        if (!watched) {
            arm();
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
