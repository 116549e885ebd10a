package baton.recipes.lock;

import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.contend.HeldThrough;
import baton.recipes.contend.TicketGrant;
import baton.recipes.run.Scheduler;
import org.jspecify.annotations.Nullable;

/** What one thread, or nobody in particular, holds of a lock. */
final class Hold implements LockGrant, HeldThrough {
    final TicketGrant ticket;
    /** Null: whoever has the grant. */
    final @Nullable Thread owner;

    final Throwable acquiredAt = new Throwable("acquired here");
    private final Holds holds;
    /** Takes it away when it was held for too long. */
    Scheduler.Timer limit = () -> {};
    /** Writer: the sweep. */
    boolean orphaned;
    /** Writer: the owner. */
    private volatile int count = 1;

    Hold(Holds holds, TicketGrant ticket, @Nullable Thread owner) {
        this.holds = holds;
        this.ticket = ticket;
        this.owner = owner;
    }

    @Override
    public Grant held() {
        return ticket;
    }

    @Override
    public int holdCount() {
        return ticket.state() == GrantState.RELEASED ? 0 : count;
    }

    /** Counts its owner in again. */
    void enterAgain() {
        count++;
    }

    /** Counts its owner out; whether that was the last time. */
    boolean leave() {
        return --count == 0;
    }

    /** Gives it back whole, however often it was entered. */
    @Override
    public void close() {
        holds.letGo(this);
    }
}
