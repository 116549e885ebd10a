package baton.core;

/** Hears once that what was read may be out of date. Called on a thread of the core; must return at once. */
@FunctionalInterface
public interface TriggerSink {
    void fired(TriggerReason reason);
}
