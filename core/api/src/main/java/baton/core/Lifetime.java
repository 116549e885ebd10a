package baton.core;

import java.time.Duration;

/** How long a node stays. */
public sealed interface Lifetime {
    Lifetime PERSISTENT = Plain.PERSISTENT;
    Lifetime EPHEMERAL = Plain.EPHEMERAL;
    Lifetime CONTAINER = Plain.CONTAINER;

    static Lifetime ttl(Duration unwritten) {
        return new Ttl(unwritten);
    }

    /** The lifetimes without a parameter. */
    enum Plain implements Lifetime {
        /** Until it is deleted. */
        PERSISTENT,
        /** Until its session ends. */
        EPHEMERAL,
        /** Until its last child is gone. */
        CONTAINER
    }

    /** Until it has had no child and no write for {@code unwritten}, at least a millisecond. */
    record Ttl(Duration unwritten) implements Lifetime {
        public Ttl {
            if (unwritten.toMillis() < 1) {
                throw new IllegalArgumentException("ttl " + unwritten + ": must be at least 1 ms");
            }
        }
    }
}
