package baton.server.config;

/**
 * What one identity may have and do, however many connections it comes over and from however many addresses; its address
 * counts as one of a client's identities where things grow. Each may be 0, which is no bound; a super user has none.
 *
 * @param connectionsMax connections on which the identity was proved
 * @param nodesPerMinute nodes that it may make
 * @param kilobytesPerMinute data and paths by which it may let the tree grow
 */
public record IdentitySettings(int connectionsMax, int nodesPerMinute, int kilobytesPerMinute) {
    static final Range CONNECTIONS = Range.of(0, Integer.MAX_VALUE, "connections");
    static final Range NODES = Range.of(0, Integer.MAX_VALUE, "nodes");
    static final Range KILOBYTES = Range.of(0, Integer.MAX_VALUE, "KB");

    /** No bounds. */
    public static final IdentitySettings UNBOUNDED = new IdentitySettings(0, 0, 0);

    public IdentitySettings {
        CONNECTIONS.check("connectionsMax", connectionsMax);
        NODES.check("nodesPerMinute", nodesPerMinute);
        KILOBYTES.check("kilobytesPerMinute", kilobytesPerMinute);
    }
}
