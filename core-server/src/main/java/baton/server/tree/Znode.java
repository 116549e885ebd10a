package baton.server.tree;

import baton.protocol.WireWriter;
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

    /** What lies below a node. Those that never had a child share one, which is never changed. */
    private static final class Below {
        static final Below NOTHING = new Below();

        // Written by the tree's writer.
        volatile ChildSet children = ChildSet.EMPTY;

        // Written by the tree's writer; a reader inside the gate sees it exact.
        int descendants;
    }

    private final byte[] path;
    private final int pathHash;
    private final @Nullable Znode parent;

    // Written by the tree's writer.
    private volatile NodeState state;
    private volatile Below below = Below.NOTHING;

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
        return below.children;
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

    /** Returns how many bytes the last component of the path has. */
    int nameBytes() {
        return path.length - nameStart();
    }

    /** Writes the last component of the path with its length. */
    void writeName(WireWriter out) {
        int start = nameStart();
        out.int32(path.length - start).raw(path, start, path.length - start);
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
        return below.descendants;
    }

    /** Says that so many nodes more, or fewer, lie below this one, which has had a child; for the tree's writer. */
    void countBelow(int change) {
        for (Znode each = this; each != null; each = each.parent) {
            each.below.descendants += change;
        }
    }

    int pathHash() {
        return pathHash;
    }

    void replaceState(NodeState next) {
        state = next;
    }

    void replaceChildren(ChildSet next) {
        if (below == Below.NOTHING) {
            Below first = new Below();
            first.children = next;
            below = first;
        } else {
            below.children = next;
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
