package baton.server.sim.history;

/**
 * What the server of a history refuses.
 *
 * @param quotasEnforced whether it refuses what goes beyond hard quotas
 * @param ephemeralsMax how many ephemeral nodes a session may own
 * @param watchesMax how many paths a connection may watch
 * @param listBytesMax how large an answer with a list of children may be
 * @param treeBytesMax how much memory the tree may take, roughly
 * @param space whether it may have no room for something
 * @param clockPercentMax by how many percent its clock may run wrong
 */
public record ModelBounds(
        boolean quotasEnforced,
        int ephemeralsMax,
        int watchesMax,
        int listBytesMax,
        long treeBytesMax,
        Space space,
        int clockPercentMax) {
    /** What may be refused for want of room, and leave no trace. */
    public enum Space {
        NOTHING,
        /** What makes the tree grow. */
        GROWTH,
        /** Anything, for the disk may be full. */
        ANYTHING
    }

    /** Of a server that enforces quotas and has enough of everything. */
    static final ModelBounds ONLY_QUOTAS = new ModelBounds(
            true, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Space.NOTHING, 1);
}
