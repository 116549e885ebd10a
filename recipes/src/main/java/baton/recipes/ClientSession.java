package baton.recipes;

import baton.core.CoreSession;
import baton.core.Phase;
import java.time.Duration;

/** One of the sessions a client has one after another. For authors of recipes. Safe for use by many threads. */
public final class ClientSession {
    private final long epoch;
    private final CoreSession core;
    private final Lease lease;

    ClientSession(long epoch, CoreSession core, Lease lease) {
        this.epoch = epoch;
        this.core = core;
        this.lease = lease;
    }

    /** Its number, counted by the client from 1. */
    public long epoch() {
        return epoch;
    }

    /** Its operations, on paths below the client's namespace. */
    public CoreSession core() {
        return core;
    }

    /** Whether it certainly lives right now. Asks nobody. */
    public boolean holds() {
        return lease.holds();
    }

    /** For how long it certainly lives on. */
    public Duration remaining() {
        return lease.remaining();
    }

    /** Whether its local deadline has passed, or it has ended. It may be alive at the store. */
    public boolean hasExpired() {
        return hasEnded() || lease.remainingNanos() <= 0;
    }

    /** Whether it is over for good. */
    public boolean hasEnded() {
        return core.phase() == Phase.ENDED;
    }

    Lease lease() {
        return lease;
    }

    @Override
    public String toString() {
        return "session " + core.id() + " epoch " + epoch;
    }
}
