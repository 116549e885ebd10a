package baton.recipes.sim;

import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedProcess;
import baton.core.testkit.sim.SimulatedStore;
import java.time.Duration;

/** What may befall the process that uses a recipe, or its way to the store; each ends by itself. */
public enum Failure {
    EXPIRED(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().expire(victim.name());
        }
    },
    CUT_SHORT(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().cut(victim.name(), timeout.dividedBy(3));
        }
    },
    CUT_LONG(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().cut(victim.name(), timeout.multipliedBy(3));
        }
    },
    SILENCED(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().blackhole(victim.name(), timeout.multipliedBy(2));
        }
    },
    PAUSED(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            victim.pause(timeout.multipliedBy(2));
        }
    },
    /** Its monotonic clock stands still meanwhile. */
    SUSPENDED(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            victim.suspend(timeout.multipliedBy(2));
        }
    },
    CLOCK_SET(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            victim.jumpWallClock(Duration.ofHours(1));
        }
    },
    STORE_RESTARTED(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().restart(timeout.dividedBy(3));
        }
    },
    STORE_AWAY_FOR_LONG(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().restart(timeout.multipliedBy(5));
        }
    },
    STORE_PAUSED(Session.LOST) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().pause(timeout.multipliedBy(3));
        }
    },
    /** It comes back to a replica that knows nothing new. */
    REPLICA_LAGS(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().lagAfterReconnect(victim.name());
            store.faults().cut(victim.name(), timeout.dividedBy(4));
        }
    },
    REPLIES_LOST(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            for (OpKind kind : OpKind.values()) {
                if (kind.changes()) {
                    store.faults().dropNextReply(kind);
                }
            }
        }
    },
    /** As after a compaction: what changed meanwhile has to be read anew. */
    TRIGGERS_LOST(Session.KEPT) {
        @Override
        public void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout) {
            store.faults().loseTriggers(victim.name());
        }
    };

    private final Session session;

    Failure(Session session) {
        this.session = session;
    }

    public abstract void strike(SimulatedStore store, SimulatedProcess victim, Duration timeout);

    /** Whether the victim's session must survive it, and nobody may notice. */
    public boolean goesUnnoticed() {
        return session == Session.KEPT;
    }

    private enum Session {
        KEPT,
        LOST
    }
}
