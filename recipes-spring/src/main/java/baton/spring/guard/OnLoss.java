package baton.spring.guard;

/** What happens to a running method when its guard is lost. */
public enum OnLoss {
    /**
     * The thread is interrupted, or the stage it returned is cancelled; the call ends with {@link
     * baton.recipes.GrantLostException}.
     */
    INTERRUPT,
    /** Nothing: the method watches {@link baton.recipes.Grant#isValid} or {@link baton.recipes.Grant#lost} itself. */
    SIGNAL
}
