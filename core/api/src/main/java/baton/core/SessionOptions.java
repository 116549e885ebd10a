package baton.core;

import java.time.Duration;

/**
 * What a session is asked for.
 *
 * @param timeout how long the store waits for a silent client; the store may negotiate another value
 * @param confirmation what counts as proof that the session lives
 * @param leaseFactor shortens the local deadline, above 0 and at most 1
 */
public record SessionOptions(Duration timeout, LeaseConfirmation confirmation, double leaseFactor) {
    public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    public SessionOptions {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("session timeout " + timeout + ": must be above 0 and at most 24 hours");
        }
        if (!(leaseFactor > 0 && leaseFactor <= 1)) {
            throw new IllegalArgumentException("leaseFactor " + leaseFactor + ": must be above 0 and at most 1");
        }
    }

    public static SessionOptions withTimeout(Duration timeout) {
        return new SessionOptions(timeout, LeaseConfirmation.PING, 1.0);
    }

    /** What extends the local deadline of a session. */
    public enum LeaseConfirmation {
        /** Any reply of the connected server. */
        PING,
        /** Only {@link CoreSession#verifyAlive}, sent every third of the timeout: costs a quorum write each. */
        QUORUM
    }
}
