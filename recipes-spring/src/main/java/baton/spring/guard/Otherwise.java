package baton.spring.guard;

/** What a guarded call does when the guard is not held. */
public enum Otherwise {
    /**
     * {@link #SKIP} for methods that return nothing, an {@code Optional}, a {@code CompletionStage}, {@code Mono} or
     * {@code Flux}, {@link #FAIL} for all others.
     */
    DEFAULT,
    /** The method does not run; its result is the empty one of its type. Refused at start-up if there is none. */
    SKIP,
    /** An exception says why the method did not run. */
    FAIL
}
