package baton.etcd.state;

/**
 * The version of a session's fence key, as far as this client knows.
 *
 * <p>Every change of the session compares it. Raising it therefore makes every older change that is still travelling fail
 * for ever: after that, what is not visible will never be. It is raised only if some change is in doubt.
 */
public final class Fence {
    private long version;
    private boolean doubt;

    /** A key that was just created. */
    public Fence() {
        version = 1;
    }

    /** What a change has to compare. */
    public long version() {
        return version;
    }

    /** A change was sent with the present version, and what became of it is not known. */
    public void inDoubt() {
        doubt = true;
    }

    /** Whether the version must be raised before the truth can be read. */
    public boolean isInDoubt() {
        return doubt;
    }

    /** The key was seen with a version: it was raised to it, now or by a request whose reply was lost. */
    public void seen(long seenVersion) {
        if (seenVersion < version) {
            throw new IllegalStateException("fence went back: " + version + ", then " + seenVersion);
        }
        if (seenVersion > version) {
            version = seenVersion;
            // Whatever was in doubt was sent with an older version.
            doubt = false;
        }
    }
}
