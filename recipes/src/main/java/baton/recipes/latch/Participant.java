package baton.recipes.latch;

import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.FencingToken;
import baton.recipes.OwnerInfo;
import baton.recipes.contend.Tickets;
import java.util.Optional;

/**
 * Somebody who takes part in an election, as the store had it.
 *
 * @param id as given to its latch; empty if nobody takes part
 * @param isLeader whether its ticket was the first
 * @param isReady whether it has announced itself
 * @param token it leads with, or would
 * @param path of its ticket
 * @param info who it is, where its ticket says so
 */
public record Participant(
        String id, boolean isLeader, boolean isReady, FencingToken token, NodePath path, Optional<OwnerInfo> info) {

    /** Nobody: the answer where there is no leader. */
    public static Participant none(String scope, NodePath directory) {
        return new Participant("", false, false, new FencingToken(scope, 0), directory, Optional.empty());
    }

    /** Whether an entry of a directory is the ticket of somebody who takes part in an election there. */
    public static boolean isTicket(Listing.Entry entry) {
        return entry.place()
                .filter(place -> place.label().equals(Candidacy.LABEL))
                .isPresent();
    }

    /**
     * Reads a ticket.
     *
     * @param leads whether it is the first of its directory
     * @param scope of its token
     */
    public static Participant of(Node ticket, boolean leads, String scope) {
        Candidacy said = Candidacy.parse(Tickets.asWritten(ticket).data());
        return new Participant(
                said.id(),
                leads,
                said.announcement().isPresent(),
                new FencingToken(scope, ticket.stat().createRev()),
                ticket.path(),
                said.owner());
    }

    public boolean isSomebody() {
        return !id.isEmpty();
    }
}
