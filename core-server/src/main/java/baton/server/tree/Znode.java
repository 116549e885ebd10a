package baton.server.tree;

import baton.protocol.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One node: its name and its parent, which are its path, and the state and children it has at the moment.
 *
 * <p>States and child sets are never changed, only replaced by the tree's writer, so any thread can read them. Read both
 * through the {@link ReadGate} if they must belong together.
 */
public final class Znode {
    /** What lies below a node. Those that never had a child share one, which is never changed. */
    private static final class Below {
        static final Below NOTHING = new Below();

        // Written by the tree's writer.
        volatile ChildSet children = ChildSet.EMPTY;

        // Written by the tree's writer; a reader inside the gate sees it exact.
        int descendants;
    }

    private final byte[] name;
    private final int pathHash;
    private final @Nullable Znode parent;

    // Written by the tree's writer.
    private volatile NodeState state;
    private volatile Below below = Below.NOTHING;

    /**
     * @param name the last component of the path; the root's is empty
     * @param pathHash {@link PathHash} of the whole path
     * @param parent null for the root
     */
    Znode(byte[] name, int pathHash, @Nullable Znode parent, NodeState state) {
        this.name = name;
        this.pathHash = pathHash;
        this.parent = parent;
        this.state = state;
    }

    public NodeState state() {
        return state;
    }

    public ChildSet children() {
        return below.children;
    }

    /** Returns the path, decoded anew at each call. The root's is {@code "/"}. */
    public String path() {
        return new String(pathBytes(), StandardCharsets.UTF_8);
    }

    /** Returns the UTF-8 bytes of the path, put together anew at each call. */
    public byte[] pathBytes() {
        byte[] path = new byte[pathLength()];
        copyPath(path);
        return path;
    }

    /** Returns how many bytes the path has. */
    public int pathLength() {
        int length = isRoot() ? 1 : 0;
        for (Znode each = this; each.parent != null; each = each.parent) {
            length += 1 + each.name.length;
        }
        return length;
    }

    /** Puts the bytes of the path at the beginning of the array, and returns how many they are: {@link #pathLength}. */
    public int copyPath(byte[] target) {
        int length = pathLength();
        target[0] = '/';
        int end = length;
        for (Znode each = this; each.parent != null; each = each.parent) {
            byte[] part = each.name;
            end -= part.length;
            System.arraycopy(part, 0, target, end, part.length);
            target[--end] = '/';
        }
        return length;
    }

    /** Says whether this is the path. */
    public boolean isAt(byte[] utf8, int offset, int length) {
        if (isRoot()) {
            return length == 1 && utf8[offset] == '/';
        }
        int end = offset + length;
        for (Znode each = this; each.parent != null; each = each.parent) {
            int start = end - each.name.length;
            if (start <= offset
                    || utf8[start - 1] != '/'
                    || !Arrays.equals(each.name, 0, each.name.length, utf8, start, end)) {
                return false;
            }
            end = start - 1;
        }
        return end == offset;
    }

    /** Says whether this is the path that is the first {@code length} characters of the text; never if one is not ASCII. */
    boolean isAt(String text, int length) {
        if (isRoot()) {
            return length == 1 && text.charAt(0) == '/';
        }
        int end = length;
        for (Znode each = this; each.parent != null; each = each.parent) {
            byte[] part = each.name;
            end -= part.length;
            if (end <= 0 || text.charAt(end - 1) != '/') {
                return false;
            }
            for (int i = 0; i < part.length; i++) {
                if (part[i] != text.charAt(end + i)) {
                    return false;
                }
            }
            end--;
        }
        return end == 0;
    }

    /** Returns the last component of the path, decoded anew at each call. */
    public String name() {
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Writes the last component of the path with its length. */
    void writeName(WireWriter out) {
        out.int32(name.length).raw(name, 0, name.length);
    }

    /** Returns how many bytes the last component of the path has. */
    int nameBytes() {
        return name.length;
    }

    /** Compares the last components byte by byte, as numbers without a sign. */
    static int compareNames(Znode left, Znode right) {
        return Arrays.compareUnsigned(left.name, right.name);
    }

    /** Returns the parent, null for the root. */
    public @Nullable Znode parent() {
        return parent;
    }

    public boolean isRoot() {
        return parent == null;
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

    /** Returns the {@link PathHash} of the path. */
    public int pathHash() {
        return pathHash;
    }

    void replaceState(NodeState next) {
        state = next;
    }

    void replaceChildren(ChildSet next) {
        expectChildren();
        below.children = next;
    }

    /** From now on what lies below it can be counted; for the tree's writer. */
    void expectChildren() {
        if (below == Below.NOTHING) {
            below = new Below();
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
