package baton.core;

/**
 * What was read, together with the trigger that tells when it is out of date.
 *
 * @param <R> what was read
 */
public interface Armed<R> {
    /** Makes the answer of a core to which nothing was armed. */
    static <R> Armed<R> unarmed(R state) {
        return new Unarmed<>(state);
    }

    R state();

    /** Whether a trigger waits at the store: false for an absent node read with {@link ArmMode#DELETION_ONLY}. */
    boolean isArmed();

    /** Lets go of the trigger: it will not fire after this call returned. Idempotent. */
    void cancel();
}
