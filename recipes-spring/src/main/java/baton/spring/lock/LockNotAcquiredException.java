package baton.spring.lock;

import baton.recipes.OwnerInfo;
import java.time.Duration;
import java.util.Optional;

/** Somebody else holds the lock, or the store could not be asked in time. The guarded code did not run. */
public final class LockNotAcquiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final transient Optional<OwnerInfo> holder;

    public LockNotAcquiredException(String key, Duration waited, Optional<OwnerInfo> holder) {
        super("lock " + key + " not acquired within " + waited.toMillis() + " ms"
                + holder.map(LockNotAcquiredException::told).orElse(""));
        this.key = key;
        this.holder = holder;
    }

    public String key() {
        return key;
    }

    /** Who held it a moment later, if the store said so in time. */
    public Optional<OwnerInfo> holder() {
        return holder;
    }

    private static String told(OwnerInfo holder) {
        return "; held by " + holder.clientId() + " on " + holder.host() + " since " + holder.start();
    }
}
