package baton.server.watch;

import baton.server.tree.PathHash;
import baton.server.tree.Znode;
import java.util.Arrays;

/**
 * What a watched path is kept as: a node of the tree that is there, so that nothing need be kept twice, or the path's own
 * bytes. Which of the two makes no difference.
 *
 * <p>A key is an {@code Object} because tables of millions hold nothing but the key itself.
 */
final class PathKey {
    private PathKey() {}

    static int hash(Object key, PathHash hashes) {
        return key instanceof Znode node ? node.pathHash() : hashes.of((byte[]) key);
    }

    /** Says whether both are one path; of a node and itself without a look at it. */
    static boolean same(Object one, Object other) {
        if (one == other) {
            return true;
        }
        byte[] path = utf8(other);
        return one instanceof Znode node ? node.isAt(path, 0, path.length) : Arrays.equals((byte[]) one, path);
    }

    /** Returns how many bytes the path has. */
    static int length(Object key) {
        return key instanceof Znode node ? node.pathLength() : ((byte[]) key).length;
    }

    /** Returns the bytes of the path, which must not be changed. */
    static byte[] utf8(Object key) {
        return key instanceof Znode node ? node.pathBytes() : (byte[]) key;
    }
}
