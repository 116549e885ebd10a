package baton.recipes.node;

import baton.core.Lifetime;
import java.time.Duration;

/**
 * What kind of node is kept.
 *
 * @param lifetime how long the store keeps it by itself
 * @param naming whether the path is exact or the store completes it
 */
public record NodeMode(Lifetime lifetime, Naming naming) {
    public static final NodeMode EPHEMERAL = new NodeMode(Lifetime.EPHEMERAL, Naming.EXACT);
    public static final NodeMode EPHEMERAL_ORDERED = new NodeMode(Lifetime.EPHEMERAL, Naming.ORDERED);
    public static final NodeMode PERSISTENT = new NodeMode(Lifetime.PERSISTENT, Naming.EXACT);
    public static final NodeMode CONTAINER = new NodeMode(Lifetime.CONTAINER, Naming.EXACT);

    /** A node the store removes when nobody wrote it for a while; it is written again at a third of that. */
    public static NodeMode ttl(Duration unwritten) {
        return new NodeMode(Lifetime.ttl(unwritten), Naming.EXACT);
    }

    boolean isEphemeral() {
        return lifetime.equals(Lifetime.EPHEMERAL);
    }

    /** Who chooses the last part of the path. */
    public enum Naming {
        /** The caller. */
        EXACT,
        /** The last part is a label; the store adds an id and its order of arrival. */
        ORDERED
    }
}
