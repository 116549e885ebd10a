package baton.recipes.lock;

import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionId;
import baton.recipes.FencingToken;
import baton.recipes.OwnerInfo;
import baton.recipes.contend.Tickets;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who stands in line for a lock or holds it, as the store had it. For those who look on.
 *
 * @param kind what it asks for
 * @param isHolder whether it holds the lock
 * @param token it holds the lock with, or would
 * @param path of the ticket
 * @param session it vanishes with, if the store said so
 * @param owner who it is, where the ticket says so
 * @param data of the ticket
 */
public record LockTicket(
        Kind kind,
        boolean isHolder,
        FencingToken token,
        NodePath path,
        Optional<SessionId> session,
        Optional<OwnerInfo> owner,
        Payload data) {

    /** What a ticket asks for. The labels of all but the first are Curator's. */
    public enum Kind {
        /** To hold it alone. */
        EXCLUSIVE(InterProcessMutex.LABEL),
        /** To hold it with other readers. */
        READ("__READ__"),
        /** To hold it alone, among readers and writers. */
        WRITE("__WRIT__"),
        /** One of the leases of a semaphore, of which there are several. */
        LEASE("lease-");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** What an entry of a directory asks for; empty if it is no ticket of a lock. */
        public static Optional<Kind> of(Listing.Entry entry) {
            return entry.place()
                    .flatMap(place -> List.of(values()).stream()
                            .filter(kind -> kind.label.equals(place.label()))
                            .findFirst());
        }

        /**
         * Whether a ticket of this kind holds the lock.
         *
         * @param before what the tickets before it ask for
         */
        public boolean holdsBehind(List<Kind> before) {
            return switch (this) {
                case EXCLUSIVE, WRITE -> before.isEmpty();
                case READ -> before.stream().allMatch(kind -> kind == READ);
                // How many there are is written nowhere.
                case LEASE -> true;
            };
        }
    }

    /**
     * Reads a ticket.
     *
     * @param before what the tickets before it ask for
     * @param scope of its token
     */
    public static LockTicket of(Node ticket, Kind kind, List<Kind> before, String scope) {
        Payload data = Tickets.asWritten(ticket).data();
        return new LockTicket(
                kind,
                kind.holdsBehind(before),
                new FencingToken(scope, ticket.stat().createRev()),
                ticket.path(),
                ticket.stat().owner(),
                OwnerInfo.parse(data),
                data);
    }

    /** The same, known to wait. */
    public LockTicket waiting() {
        return new LockTicket(kind, false, token, path, session, owner, data);
    }
}
