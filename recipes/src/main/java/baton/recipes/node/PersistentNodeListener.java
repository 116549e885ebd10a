package baton.recipes.node;

import baton.core.CoordinationException;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;

/** Hears what becomes of a {@link PersistentNode}; runs on the listener executor, one call at a time, in order. */
public interface PersistentNodeListener {
    /** The node exists now, as ours: created, adopted or taken over. */
    default void created(NodePath path, NodeStat stat) {}

    /** It is gone, or its session is. It will be created again. */
    default void lost(NodePath path) {}

    /** Somebody else's node, or a node of another kind, has the path. Once for each incarnation. */
    default void conflict(Node present) {}

    /** The store refused for good; tried again only with new data or under a new session. */
    default void denied(CoordinationException error) {}
}
