package baton.spring.lock;

import baton.recipes.CoordinationClient;
import baton.recipes.OwnerInfo;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.run.Waiting;
import baton.spring.EventDelivery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The mutexes this application uses right now, one for each path and way of holding, so that the same thread may enter
 * twice. One that nobody uses is forgotten; one that is held never is. Safe for use by many threads.
 */
final class Locks {
    /** How long a call that did not get its lock waits for the name of the holder. */
    private static final Duration HOLDER_ASKED = Duration.ofMillis(250);

    private final CoordinationClient client;
    private final String directory;
    private final List<LockCustomizer> customizers;
    private final EventDelivery events;
    private final Map<Identity, Entry> used = new HashMap<>();

    Locks(CoordinationClient client, String directory, List<LockCustomizer> customizers, EventDelivery events) {
        this.client = client;
        this.directory = directory;
        this.customizers = List.copyOf(customizers);
        this.events = events;
    }

    /** Takes a lock for the calling thread; empty if time ran out. */
    Optional<Hold> acquire(LockName name, String key, LockSettings settings) throws InterruptedException {
        Identity identity = new Identity(name, settings.atMost(), settings.atLeast());
        InterProcessMutex mutex = use(identity, key);
        boolean acquired = false;
        try {
            acquired = take(mutex, settings.waitFor());
        } finally {
            if (!acquired) {
                unuse(identity);
            }
        }
        if (!acquired) {
            return Optional.empty();
        }
        LockGrant grant = mutex.grant();
        if (grant.holdCount() == 1) {
            announceLoss(key, grant);
        }
        return Optional.of(new Hold(grant, () -> {
            unuse(identity);
            // A body may have closed the grant itself.
            if (mutex.currentGrant().isPresent()) {
                mutex.release();
            }
        }));
    }

    /** Takes a lock for nobody in particular; empty if time ran out. */
    CompletableFuture<Optional<LockGrant>> acquireAsync(LockName name, String key, LockSettings settings) {
        Identity identity = new Identity(name, settings.atMost(), settings.atLeast());
        InterProcessMutex mutex = use(identity, key);
        CompletableFuture<LockGrant> acquiring = settings.waitFor().equals(LockSettings.FOREVER)
                ? mutex.acquireAsync()
                : mutex.acquireAsync(settings.waitFor());
        return acquiring.whenComplete((grant, failure) -> unuse(identity)).handle((grant, failure) -> {
            if (failure == null) {
                announceLoss(key, grant);
                return Optional.of(grant);
            }
            Throwable cause = Waiting.causeOf(failure);
            if (cause instanceof TimeoutException) {
                return Optional.empty();
            }
            throw new CompletionException(cause);
        });
    }

    /**
     * Who holds a lock, for people. Asks the store for a short time only, and not at all if it is known to be away.
     *
     * @return completes in time, empty if nobody is known
     */
    CompletableFuture<Optional<OwnerInfo>> holder(LockName name, String key, LockSettings settings) {
        if (!client.isConnected()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Identity identity = new Identity(name, settings.atMost(), settings.atLeast());
        InterProcessMutex mutex = use(identity, key);
        return CompletableFuture.supplyAsync(() -> ask(mutex), client.runtime().listenerExecutor())
                .whenComplete((holder, failure) -> unuse(identity))
                .completeOnTimeout(Optional.empty(), HOLDER_ASKED.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(unknown -> Optional.empty());
    }

    private static Optional<OwnerInfo> ask(InterProcessMutex mutex) {
        try {
            return mutex.currentHolder();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static boolean take(InterProcessMutex mutex, Duration wait) throws InterruptedException {
        if (wait.equals(LockSettings.FOREVER)) {
            mutex.acquire();
            return true;
        }
        return mutex.acquire(wait);
    }

    private void announceLoss(String key, LockGrant grant) {
        grant.lost().thenAccept(reason -> events.publishIfReady(new LockLostEvent(key, reason, grant.token())));
    }

    private InterProcessMutex use(Identity identity, String key) {
        synchronized (used) {
            Entry entry = used.computeIfAbsent(identity, absent -> new Entry(build(identity, key)));
            entry.users++;
            return entry.mutex;
        }
    }

    private void unuse(Identity identity) {
        synchronized (used) {
            Entry entry = used.get(identity);
            if (entry != null && --entry.users == 0) {
                used.remove(identity);
            }
        }
    }

    private InterProcessMutex build(Identity identity, String key) {
        InterProcessMutex.Builder builder = InterProcessMutex.builder(
                client, directory + "/" + identity.name().segment());
        identity.atMost().ifPresent(builder::holdAtMost);
        if (!identity.atLeast().isZero()) {
            builder.holdAtLeast(identity.atLeast());
        }
        customizers.forEach(customizer -> customizer.customize(key, builder));
        return builder.build();
    }

    /** What makes two holds share a mutex. */
    private record Identity(LockName name, Optional<Duration> atMost, Duration atLeast) {}

    private static final class Entry {
        final InterProcessMutex mutex;
        /** Guarded by the map. */
        int users;

        Entry(InterProcessMutex mutex) {
            this.mutex = mutex;
        }
    }

    /**
     * A lock held by a thread.
     *
     * @param grant what is held
     * @param release to be called by the same thread, once
     */
    record Hold(LockGrant grant, Runnable release) {}
}
