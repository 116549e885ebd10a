package baton.spring.lock;

import baton.recipes.CoordinationClient;
import baton.recipes.lock.LockGrant;
import baton.spring.EventDelivery;
import baton.spring.lock.Locks.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What {@link DistributedLock} does, without a proxy: code that runs while a lock is held.
 *
 * <p>A key means the same lock as {@code @DistributedLock} with that name. The code is interrupted when the lock is
 * lost, and the call then ends with {@link baton.recipes.GrantLostException}. Safe for use by many threads.
 */
public final class LockOperations {
    private final Locks locks;
    private final LockSettings defaults;

    public LockOperations(
            CoordinationClient client,
            String directory,
            LockSettings defaults,
            List<LockCustomizer> customizers,
            EventDelivery events) {
        this.locks = new Locks(client, directory, customizers, events);
        this.defaults = defaults;
    }

    /**
     * Runs {@code body} under a lock.
     *
     * @param wait for the lock; {@link LockSettings#FOREVER} has no end
     * @throws LockNotAcquiredException if time ran out; the body did not run
     */
    public void run(String key, Duration wait, Consumer<LockGrant> body) throws InterruptedException {
        call(key, wait, grant -> {
            body.accept(grant);
            return true;
        });
    }

    /** As {@link #run}, with a result. */
    public <T> T call(String key, Duration wait, Function<LockGrant, T> body) throws InterruptedException {
        Optional<T> result = tryCall(key, wait, body);
        if (result.isPresent()) {
            return result.get();
        }
        throw new LockNotAcquiredException(
                key, wait, locks.holder(LockName.of(key), key, settings(wait)).join());
    }

    /** Runs {@code body} if the lock is free right now; false if it is not. */
    public boolean tryRun(String key, Consumer<LockGrant> body) throws InterruptedException {
        return tryCall(key, Duration.ZERO, grant -> {
                    body.accept(grant);
                    return true;
                })
                .isPresent();
    }

    private <T> Optional<T> tryCall(String key, Duration wait, Function<LockGrant, T> body)
            throws InterruptedException {
        if (key.isBlank()) {
            throw new IllegalArgumentException("the key of a lock must not be blank");
        }
        Optional<Hold> held = locks.acquire(LockName.of(key), key, settings(wait));
        if (held.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(guarded(held.get().grant(), body));
        } finally {
            held.get().release().run();
        }
    }

    private LockSettings settings(Duration wait) {
        return new LockSettings(wait, defaults.atMost(), defaults.atLeast());
    }

    private static <T> T guarded(LockGrant grant, Function<LockGrant, T> body) throws InterruptedException {
        try {
            return grant.runGuarded(() -> body.apply(grant));
        } catch (InterruptedException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException("the body threw a checked exception it cannot throw", impossible);
        }
    }

    Locks locks() {
        return locks;
    }

    LockSettings defaults() {
        return defaults;
    }
}
