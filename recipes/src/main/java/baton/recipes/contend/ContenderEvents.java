package baton.recipes.contend;

import baton.recipes.LossReason;
import baton.recipes.RevocationRequest;

/** Hears of one contender, on its strand. */
public interface ContenderEvents {
    void granted(TicketGrant grant);

    /** The connection is down while a grant is held; it stays valid until the lease ends. */
    default void jeopardy(TicketGrant grant) {}

    /** The grant was lost; it is invalid already. */
    default void lost(TicketGrant grant, LossReason reason) {}

    /** Somebody is before it. */
    default void waiting(int before) {}

    /**
     * Somebody asks it to let go of its ticket.
     *
     * @param takeAway takes the ticket away, from any thread; does nothing once it has another, or none
     */
    default void asked(RevocationRequest request, Runnable takeAway) {}

    /** The store refuses it for good; {@link #over} follows. */
    default void failed(Throwable failure) {}

    /** Nothing more will happen. Its ticket is gone, or the reaper has it. Called once. */
    default void over() {}
}
