package baton.core;

/** A stream of changes that runs until it is closed or its session ends. */
public interface Subscription extends AutoCloseable {
    /** Ends the stream and frees its registrations. Idempotent; no call to the sink starts after it returned. */
    @Override
    void close();
}
