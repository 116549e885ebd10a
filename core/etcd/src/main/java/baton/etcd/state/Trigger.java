package baton.etcd.state;

import baton.core.TriggerReason;
import baton.core.TriggerSink;

/** One who waits for a change. Fires at most once, and never after {@link #cancel} returned. Safe for use by many threads. */
public final class Trigger {
    private final TriggerSink sink;
    private boolean spent; // Guarded by this, so that cancel() waits for a call that has begun.

    public Trigger(TriggerSink sink) {
        this.sink = sink;
    }

    public synchronized void fire(TriggerReason reason) {
        if (!spent) {
            spent = true;
            sink.fired(reason);
        }
    }

    public synchronized void cancel() {
        spent = true;
    }
}
