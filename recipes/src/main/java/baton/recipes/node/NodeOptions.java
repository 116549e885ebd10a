package baton.recipes.node;

import baton.core.Payload;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How hard a {@link PersistentNode} insists. Starts from {@link #DEFAULTS}.
 *
 * @param conflict what to do when the path is taken
 * @param foreignWrite what to do when somebody else writes the data
 * @param parents whether missing parents are made
 * @param atClose what becomes of the node
 * @param rejoinSpread under a new session creation is put off by a random part of this, so that many nodes do not
 *     come back at once; default 250 ms
 * @param predecessor tells from its data whether a node can only be left from an earlier life of this keeper, in a
 *     process that has died; such a node counts as that of an earlier session, once. Runs on a strand, must be quick;
 *     default never
 */
public record NodeOptions(
        ConflictPolicy conflict,
        ForeignWrite foreignWrite,
        Parents parents,
        AtClose atClose,
        Duration rejoinSpread,
        Predicate<Payload> predecessor) {
    public static final NodeOptions DEFAULTS = new NodeOptions(
            ConflictPolicy.WAIT,
            ForeignWrite.KEEP_OURS,
            Parents.CREATE,
            AtClose.DELETE,
            Duration.ofMillis(250),
            data -> false);

    public NodeOptions {
        if (rejoinSpread.isNegative() || rejoinSpread.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("rejoinSpread " + rejoinSpread + ": must be zero to one minute");
        }
    }

    public NodeOptions withConflict(ConflictPolicy other) {
        return new NodeOptions(other, foreignWrite, parents, atClose, rejoinSpread, predecessor);
    }

    public NodeOptions withForeignWrite(ForeignWrite other) {
        return new NodeOptions(conflict, other, parents, atClose, rejoinSpread, predecessor);
    }

    public NodeOptions withParents(Parents other) {
        return new NodeOptions(conflict, foreignWrite, other, atClose, rejoinSpread, predecessor);
    }

    public NodeOptions withAtClose(AtClose other) {
        return new NodeOptions(conflict, foreignWrite, parents, other, rejoinSpread, predecessor);
    }

    public NodeOptions withRejoinSpread(Duration other) {
        return new NodeOptions(conflict, foreignWrite, parents, atClose, other, predecessor);
    }

    public NodeOptions withPredecessor(Predicate<Payload> other) {
        return new NodeOptions(conflict, foreignWrite, parents, atClose, rejoinSpread, other);
    }

    /** What to do when somebody else writes the data. */
    public enum ForeignWrite {
        /** Write ours again, at most once a second. */
        KEEP_OURS,
        /** Take theirs for the wanted data. */
        ACCEPT
    }

    /** What to do when the parent is missing. */
    public enum Parents {
        CREATE,
        /** Report it as an error. */
        REQUIRE
    }

    /** What becomes of the node when its keeper is closed. */
    public enum AtClose {
        DELETE,
        KEEP
    }
}
