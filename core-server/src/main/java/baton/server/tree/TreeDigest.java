package baton.server.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What one node adds to the digest of the tree, in version 2 of the reference implementation's definition.
 *
 * <pre>
 * crc32 of: path, data if any, czxid, mzxid, pzxid, ctime, mtime (8 bytes each),
 *           version, creations, aversion (4 each), owner (8)
 * </pre>
 *
 * <p>The digest of the tree is the sum over its nodes, as a 64-bit number that wraps, so each change is a subtraction
 * and an addition. The root counts with the empty path; what lies below {@code /zookeeper} does not count. Two servers
 * that applied the same transactions have the same digest, and logs and snapshots carry it.
 */
public final class TreeDigest {
    /** Number of this definition in logs and snapshots. */
    public static final int VERSION = 2;

    private static final byte[] NOT_COUNTED = {'/', 'z', 'o', 'o', 'k', 'e', 'e', 'p', 'e', 'r', '/'};
    private static final int STAT_BYTES = 5 * 8 + 3 * 4 + 8;
    private static final int PATH_BYTES = 256;

    private final CRC32 crc = new CRC32();
    private final ByteBuffer stat = ByteBuffer.allocate(STAT_BYTES);
    private byte[] path = new byte[PATH_BYTES];

    /** Returns the part in the sum of a node at the path. Not thread-safe: the instance is its own scratch space. */
    public long of(String at, NodeState state) {
        int length = at.length();
        if (length > path.length) {
            path = new byte[length];
        }
        for (int i = 0; i < length; i++) {
            char unit = at.charAt(i);
            if (unit >= 0x80) {
                byte[] utf8 = at.getBytes(StandardCharsets.UTF_8);
                return of(utf8, utf8.length, state);
            }
            path[i] = (byte) unit;
        }
        return of(path, length, state);
    }

    /** Returns the part in the sum of the node with the state. Not thread-safe, either. */
    long of(Znode node, NodeState state) {
        int length = node.pathLength();
        if (length > path.length) {
            path = new byte[length];
        }
        return of(path, node.copyPath(path), state);
    }

    /** Returns the part in the sum of a node at the path that the first bytes are. Not thread-safe, either. */
    long of(byte[] utf8Path, int length, NodeState state) {
        if (startsWith(utf8Path, length, NOT_COUNTED)) {
            return 0;
        }
        crc.reset();
        if (length > 1) {
            crc.update(utf8Path, 0, length);
        }
        byte[] content = state.unsafeContent();
        if (content != null) {
            crc.update(content, 0, content.length);
        }
        stat.clear();
        stat.putLong(state.czxid()).putLong(state.mzxid()).putLong(state.pzxid());
        stat.putLong(state.ctime()).putLong(state.mtime());
        stat.putInt(state.version()).putInt(state.creations()).putInt(state.aversion());
        stat.putLong(state.owner());
        crc.update(stat.array(), 0, STAT_BYTES);
        return crc.getValue();
    }

    private static boolean startsWith(byte[] path, int length, byte[] prefix) {
        return length >= prefix.length && Arrays.equals(path, 0, prefix.length, prefix, 0, prefix.length);
    }
}
