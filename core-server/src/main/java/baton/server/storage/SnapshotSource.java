package baton.server.storage;

import baton.protocol.Acl;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state a snapshot is made of, while transactions go on being applied to it.
 *
 * <p>The methods are called once each, in the order they stand here, on the thread that writes the snapshot. What they
 * return holds at least the effects of every transaction applied before the first call, and may hold effects of later
 * ones, node by node: replaying those on top must come out right. Access control lists come before the nodes that use
 * them; every node names one of them.
 */
public interface SnapshotSource {
    /** Returns the timeout of each session in milliseconds, by the session's number. */
    Map<Long, Integer> sessions();

    /** Returns the lists in use, by their number, without {@link SnapshotNode#OPEN_ACL}. */
    Map<Long, List<Acl>> acls();

    /** Writes every node, parents before their children, the root first. */
    void writeNodes(NodeOutput out);

    /**
     * Returns the last transaction applied and the digest right after it, both of one moment.
     *
     * @return nothing if no digest is kept
     */
    Optional<SnapshotDigest> digest();
}
