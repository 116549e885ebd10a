package baton.core.testkit.sim;

/** What a client asks of the store, for counting and for faults. */
public enum OpKind {
    CREATE(true),
    READ(false),
    STAT(false),
    LIST(false),
    WRITE(true),
    DELETE(true),
    COMMIT(true),
    ENSURE_DIR(true),
    ARM(false),
    SUBSCRIBE(false),
    SETTLE(false),
    VERIFY(false),
    OWN_EPHEMERALS(false),
    PING(false),
    END(true);

    private final boolean changes;

    OpKind(boolean changes) {
        this.changes = changes;
    }

    /** Whether a lost reply leaves it in doubt. */
    public boolean changes() {
        return changes;
    }
}
