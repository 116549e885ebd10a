package baton.server.tree;

import baton.protocol.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The children of one node, in the order of their names' UTF-8 bytes. Immutable: adding and removing return another set,
 * which shares all but one page of each level with this one.
 *
 * <p>A B+ tree. So a node with a million children costs its writer a few hundred bytes of copying per change and its
 * readers nothing, and a reader walks one moment's children for as long as it likes. A full page into which the largest
 * name goes is not halved: sequential names fill their pages.
 */
public final class ChildSet {
    static final ChildSet EMPTY = new ChildSet(new Page(new Znode[0], null), 0, 0);

    private static final int PAGE_MAX = 32;
    private static final int PAGE_SMALL = PAGE_MAX / 4;

    /**
     * One page.
     *
     * @param firsts the nodes, or the first node below each of the kids
     * @param kids null in the lowest level
     */
    private record Page(Znode[] firsts, Page @Nullable [] kids) {}

    private final Page root;
    private final int size;
    private final long namesBytes;

    // Written by any reader, without order: whoever misses what another has written makes it once more.
    private @Nullable Listing listing;

    private ChildSet(Page root, int size, long namesBytes) {
        this.root = root;
        this.size = size;
        this.namesBytes = namesBytes;
    }

    public int size() {
        return size;
    }

    /** Visits the children in order. */
    public void forEach(Consumer<Znode> visitor) {
        forEach(root, visitor);
    }

    /** Returns the names in order. */
    public List<String> names() {
        List<String> names = new ArrayList<>(size);
        forEach(child -> names.add(child.name()));
        return names;
    }

    /** Number of bytes in all names. */
    public long namesBytes() {
        return namesBytes;
    }

    /** Returns how many bytes {@link #writeNames} writes. */
    public long encodedBytes() {
        return Integer.BYTES * (1L + size) + namesBytes;
    }

    /** Writes the names in order as a vector of the wire: their number, then each with its length. */
    void writeNames(WireWriter out) {
        out.int32(size);
        writeNames(root, out);
    }

    private static void writeNames(Page page, WireWriter out) {
        if (page.kids == null) {
            for (Znode each : page.firsts) {
                each.writeName(out);
            }
        } else {
            for (Page each : page.kids) {
                writeNames(each, out);
            }
        }
    }

    /** Returns what a reader has kept about these children as they are encoded. */
    @Nullable
    Listing listing() {
        return listing;
    }

    /** Lets readers find it as long as these are the children of their node. */
    void keep(Listing next) {
        listing = next;
    }

    private static void forEach(Page page, Consumer<Znode> visitor) {
        if (page.kids == null) {
            for (Znode each : page.firsts) {
                visitor.accept(each);
            }
        } else {
            for (Page each : page.kids) {
                forEach(each, visitor);
            }
        }
    }

    /** Returns this set and the node, whose name is not in it. */
    ChildSet with(Znode child) {
        Page[] pages = with(root, child);
        return new ChildSet(pages.length == 1 ? pages[0] : branch(pages), size + 1, namesBytes + child.nameBytes());
    }

    /**
     * Returns this set and the nodes.
     *
     * @throws IllegalArgumentException if a name would be in it twice
     */
    ChildSet withAll(List<Znode> children) {
        if (size == 0) {
            return of(children);
        }
        ChildSet all = this;
        for (Znode each : children) {
            if (all.has(each)) {
                throw twice(each);
            }
            all = all.with(each);
        }
        return all;
    }

    /** Says whether a node of that name is in the set. */
    private boolean has(Znode child) {
        Page page = root;
        while (true) {
            int at = floor(page, child);
            if (at < 0 || page.kids == null) {
                return at >= 0 && Znode.compareNames(page.firsts[at], child) == 0;
            }
            page = page.kids[at];
        }
    }

    private static IllegalArgumentException twice(Znode node) {
        return new IllegalArgumentException("node '" + node.path() + "' is there twice");
    }

    /** Pages filled from below, as evenly as may be. */
    private static ChildSet of(List<Znode> children) {
        Znode[] sorted = children.toArray(new Znode[0]);
        Arrays.sort(sorted, Znode::compareNames);
        long namesBytes = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && Znode.compareNames(sorted[i - 1], sorted[i]) == 0) {
                throw twice(sorted[i]);
            }
            namesBytes += sorted[i].nameBytes();
        }
        Page[] level = parts(leaf(sorted));
        while (level.length > 1) {
            level = parts(branch(level));
        }
        return new ChildSet(level[0], sorted.length, namesBytes);
    }

    private static Page[] parts(Page large) {
        int length = large.firsts.length;
        Page[] parts = new Page[Math.max(1, (length + PAGE_MAX - 1) / PAGE_MAX)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = part(large, partStart(i, parts.length, length), partStart(i + 1, parts.length, length));
        }
        return parts;
    }

    private static int partStart(int index, int count, int length) {
        return (int) ((long) index * length / count);
    }

    /** Returns this set without the node, which is in it. */
    ChildSet without(Znode child) {
        Page page = without(root, child);
        while (page.kids != null && page.kids.length == 1) {
            page = page.kids[0];
        }
        return new ChildSet(page, size - 1, namesBytes - child.nameBytes());
    }

    private static Page[] with(Page page, Znode child) {
        int at = floor(page, child);
        if (page.kids == null) {
            Znode[] nodes = new Znode[page.firsts.length + 1];
            System.arraycopy(page.firsts, 0, nodes, 0, at + 1);
            nodes[at + 1] = child;
            System.arraycopy(page.firsts, at + 1, nodes, at + 2, page.firsts.length - at - 1);
            return nodes.length <= PAGE_MAX ? new Page[] {leaf(nodes)} : halved(leaf(nodes), at + 2 == nodes.length);
        }
        int changed = Math.max(at, 0);
        Page[] kids = replaced(page.kids, changed, 1, with(page.kids[changed], child));
        return kids.length <= PAGE_MAX ? new Page[] {branch(kids)} : halved(branch(kids), changed + 2 == kids.length);
    }

    private static Page without(Page page, Znode child) {
        int at = floor(page, child);
        if (page.kids == null) {
            Znode[] nodes = new Znode[page.firsts.length - 1];
            System.arraycopy(page.firsts, 0, nodes, 0, at);
            System.arraycopy(page.firsts, at + 1, nodes, at, nodes.length - at);
            return leaf(nodes);
        }
        Page changed = without(page.kids[at], child);
        if (changed.firsts.length == 0) {
            return branch(replaced(page.kids, at, 1));
        }
        if (changed.firsts.length <= PAGE_SMALL && at + 1 < page.kids.length) {
            Page next = page.kids[at + 1];
            if (changed.firsts.length + next.firsts.length <= PAGE_MAX) {
                return branch(replaced(page.kids, at, 2, joined(changed, next)));
            }
        }
        return branch(replaced(page.kids, at, 1, changed));
    }

    /** Returns the index of the last entry that does not come after the child, or -1. */
    private static int floor(Page page, Znode child) {
        int low = 0;
        int high = page.firsts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Znode.compareNames(page.firsts[middle], child) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private static Page leaf(Znode[] nodes) {
        return new Page(nodes, null);
    }

    private static Page branch(Page[] kids) {
        Znode[] firsts = new Znode[kids.length];
        for (int i = 0; i < kids.length; i++) {
            firsts[i] = kids[i].firsts[0];
        }
        return new Page(firsts, kids);
    }

    private static Page[] halved(Page page, boolean grewAtEnd) {
        int length = page.firsts.length;
        int middle = grewAtEnd ? length - 1 : length / 2;
        return new Page[] {part(page, 0, middle), part(page, middle, length)};
    }

    private static Page part(Page page, int from, int to) {
        return new Page(
                Arrays.copyOfRange(page.firsts, from, to),
                page.kids == null ? null : Arrays.copyOfRange(page.kids, from, to));
    }

    private static Page joined(Page left, Page right) {
        Znode[] firsts = Arrays.copyOf(left.firsts, left.firsts.length + right.firsts.length);
        System.arraycopy(right.firsts, 0, firsts, left.firsts.length, right.firsts.length);
        return left.kids == null || right.kids == null
                ? leaf(firsts)
                : new Page(firsts, replaced(left.kids, left.kids.length, 0, right.kids));
    }

    private static Page[] replaced(Page[] kids, int at, int count, Page... by) {
        Page[] next = new Page[kids.length - count + by.length];
        System.arraycopy(kids, 0, next, 0, at);
        System.arraycopy(by, 0, next, at, by.length);
        System.arraycopy(kids, at + count, next, at + by.length, kids.length - at - count);
        return next;
    }
}
