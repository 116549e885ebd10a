package baton.server.tree;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One node: a path, and the state and children it has at the moment.
 *
 * <p>States and child sets are never changed, only replaced by the tree's writer, so any thread can read them. Read both
 * through the {@link ReadGate} if they must belong together.
 */
public final class Znode {
    private static final byte[] ROOT_PATH = {'/'};

    private final byte[] path;
    private final int pathHash;
    private final @Nullable Znode parent;

    // Written by the tree's writer.
    private volatile NodeState state;
    private volatile ChildSet children = ChildSet.EMPTY;

    // Written by the tree's writer; a reader inside the gate sees it exact.
    private int descendants;

    // Written and read by the tree's writer only.
    private int digest;

    /** @param parent null for the root */
    Znode(byte[] path, int pathHash, @Nullable Znode parent, NodeState state) {
        this.path = path;
        this.pathHash = pathHash;
        this.parent = parent;
        this.state = state;
    }

    static byte[] rootPath() {
        return ROOT_PATH.clone();
    }

    public NodeState state() {
        return state;
    }

    public ChildSet children() {
        return children;
    }

    /** Returns the path, decoded anew at each call. The root's is {@code "/"}. */
    public String path() {
        return new String(path, StandardCharsets.UTF_8);
    }

    /** Returns the last component of the path, decoded anew at each call. */
    public String name() {
        int start = nameStart();
        return new String(path, start, path.length - start, StandardCharsets.UTF_8);
    }

    /** Lends the UTF-8 bytes of the path, which must not be changed. */
    public byte[] unsafePathBytes() {
        return path;
    }

    /** Returns where in the path the name begins. */
    public int nameStart() {
        return parent == null || parent.isRoot() ? 1 : parent.path.length + 1;
    }

    public boolean isRoot() {
        return path.length == 1;
    }

    /** Returns the number of nodes below this one, at any depth. Exact inside the gate. */
    public int descendantCount() {
        return descendants;
    }

    /** Says that so many nodes more, or fewer, lie below this one; for the tree's writer. */
    void countBelow(int change) {
        for (Znode each = this; each != null; each = each.parent) {
            each.descendants += change;
        }
    }

    int pathHash() {
        return pathHash;
    }

    /** Returns what the state adds to the digest of the tree; for the tree's writer. */
    public long digest() {
        return digest & 0xffffffffL;
    }

    void replaceDigest(long next) {
        digest = (int) next;
    }

    void replaceState(NodeState next) {
        state = next;
    }

    void replaceChildren(ChildSet next) {
        children = next;
    }

    @Override
    public String toString() {
        return path();
    }
}
