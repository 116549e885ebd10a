package baton.core;

/** What a write or delete demands of the node's present state. */
public sealed interface Expect {
    Expect ANY = Any.ANY;

    static Expect unchanged(NodeStat seen) {
        return new Unchanged(seen);
    }

    /** Nothing. */
    enum Any implements Expect {
        ANY
    }

    /**
     * That nobody wrote its data since {@code seen}. A znode core compares the data version and so cannot tell a
     * re-created node with an equal version; where that matters, use names that are never reused.
     */
    record Unchanged(NodeStat seen) implements Expect {}
}
