package baton.server.tree;

import baton.protocol.WireText;
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
    private static final int SCRATCH_BYTES = 1 << 10;

    private final CRC32 crc = new CRC32();

    /** Begins with the path; all that follows it if there is room, since one long sum takes half the time of three. */
    private ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);

    /** Returns the part in the sum of a node at the path. Not thread-safe: the instance is its own scratch space. */
    public long of(String at, NodeState state) {
        if (WireText.copyAscii(at, scratch(at.length()), 0)) {
            return of(at.length(), state);
        }
        byte[] utf8 = at.getBytes(StandardCharsets.UTF_8);
        return of(utf8, utf8.length, state);
    }

    /** Returns the part in the sum of the node with the state. Not thread-safe, either. */
    long of(Znode node, NodeState state) {
        return of(node.copyPath(scratch(node.pathLength())), state);
    }

    /** Returns the part in the sum of a node at the path that the first bytes are. Not thread-safe, either. */
    long of(byte[] utf8Path, int length, NodeState state) {
        System.arraycopy(utf8Path, 0, scratch(length), 0, length);
        return of(length, state);
    }

    private byte[] scratch(int pathLength) {
        if (pathLength + STAT_BYTES > scratch.capacity()) {
            scratch = ByteBuffer.allocate(pathLength + STAT_BYTES);
        }
        return scratch.array();
    }

    private long of(int pathLength, NodeState state) {
        byte[] bytes = scratch.array();
        if (startsWith(bytes, pathLength, NOT_COUNTED)) {
            return 0;
        }
        crc.reset();
        int length = pathLength > 1 ? pathLength : 0;
        byte[] content = state.unsafeContent();
        if (content != null && content.length <= bytes.length - STAT_BYTES - length) {
            System.arraycopy(content, 0, bytes, length, content.length);
            length += content.length;
        } else if (content != null) {
            crc.update(bytes, 0, length);
            crc.update(content, 0, content.length);
            length = 0;
        }
        scratch.position(length);
        scratch.putLong(state.czxid()).putLong(state.mzxid()).putLong(state.pzxid());
        scratch.putLong(state.ctime()).putLong(state.mtime());
        scratch.putInt(state.version()).putInt(state.creations()).putInt(state.aversion());
        scratch.putLong(state.owner());
        crc.update(bytes, 0, length + STAT_BYTES);
        return crc.getValue();
    }

    private static boolean startsWith(byte[] path, int length, byte[] prefix) {
        return length >= prefix.length && Arrays.equals(path, 0, prefix.length, prefix, 0, prefix.length);
    }
}
