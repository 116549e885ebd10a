package baton.spring.guard;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What guards the code that runs on this thread right now. Known to the thread that entered the guarded method only;
 * other threads do not inherit it.
 */
public final class BatonGuards {
    private static final ThreadLocal<Deque<Grant>> ACTIVE = ThreadLocal.withInitial(ArrayDeque::new);

    private BatonGuards() {}

    /** The innermost guard; empty outside of guarded methods. */
    public static Optional<Grant> currentGrant() {
        return Optional.ofNullable(ACTIVE.get().peek());
    }

    /** The token of the innermost guard, to be handed to what it protects. */
    public static Optional<FencingToken> currentToken() {
        return currentGrant().map(Grant::token);
    }

    /**
     * Makes sure that a guard is active: a method that calls a guarded one of its own class goes past the proxy, and
     * nothing but this check notices.
     *
     * @throws IllegalStateException if none is
     */
    public static void assertGuarded() {
        if (ACTIVE.get().isEmpty()) {
            throw new IllegalStateException("no guard is active on thread "
                    + Thread.currentThread().getName()
                    + ": was the method called on this instead of the bean?");
        }
    }

    static Scope enter(Grant grant) {
        Deque<Grant> active = ACTIVE.get();
        active.push(grant);
        return () -> {
            active.pop();
            if (active.isEmpty()) {
                ACTIVE.remove();
            }
        };
    }

    /** Ends on close. */
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
