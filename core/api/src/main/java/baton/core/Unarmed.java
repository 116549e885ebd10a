package baton.core;

/** What was read, with no trigger. */
record Unarmed<R>(R state) implements Armed<R> {
    @Override
    public boolean isArmed() {
        return false;
    }

    @Override
    public void cancel() {
        // There is nothing to let go of.
    }
}
