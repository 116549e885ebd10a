package baton.spring.lock;

import java.time.Duration;

/** Somebody else holds the lock, or the store could not be asked in time. The guarded code did not run. */
public final class LockNotAcquiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    public LockNotAcquiredException(String key, Duration waited) {
        super("lock " + key + " not acquired within " + waited.toMillis() + " ms");
        this.key = key;
    }

    public String key() {
        return key;
    }
}
