package baton.core;

import java.util.List;

/**
 * Receives a subscription. Applying the calls in order gives, at any quiet moment, the store's state.
 *
 * <p>Events of one path come in the order of their revisions; intermediate states may be skipped, the last one never.
 * Nodes carry empty data if the subscription was made without data. Called on a thread of the core, one call at a
 * time; must return at once.
 */
public interface ChangeSink {
    /** The whole state: at the start, and again after every gap. */
    void reset(List<Node> all, long revision);

    /** A node was created, re-created or written. {@link NodeStat#createRev} tells which incarnation it is. */
    void put(Node node);

    void remove(NodePath path, long revision);
}
