package baton.server.tree;

import baton.protocol.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The children of one node, in the order of their names' UTF-8 bytes. Immutable: adding and removing return another set,
 * which shares nearly everything with this one.
 *
 * <p>A B+ tree, and beside it the few children added last, in an array: every thirty-third addition puts them into the tree,
 * all in one go. So a node with a million children costs its writer some two hundred bytes of copying per addition
 * and its readers nothing, and a reader walks one moment's children for as long as it likes.
 */
public final class ChildSet {
    private static final Znode[] NONE = {};

    static final ChildSet EMPTY = new ChildSet(new Page(NONE, null), NONE, 0, 0, 0);

    private static final int PAGE_MAX = 32;
    private static final int PAGE_SMALL = PAGE_MAX / 4;
    private static final int FRESH_MAX = 32;

    /**
     * One page.
     *
     * @param firsts the nodes, or the first node below each of the kids
     * @param kids null in the lowest level
     */
    private record Page(Znode[] firsts, Page @Nullable [] kids) {}

    private final Page root;

    /** Those that are not in the pages yet, in order: the first {@code freshCount}. Behind them a later set may have more. */
    private final @Nullable Znode[] fresh;

    private final int freshCount;
    private final int size;
    private final long namesBytes;

    // Written by any reader, without order: whoever misses what another has written makes it once more.
    private @Nullable Listing listing;

    private ChildSet(Page root, @Nullable Znode[] fresh, int freshCount, int size, long namesBytes) {
        this.root = root;
        this.fresh = fresh;
        this.freshCount = freshCount;
        this.size = size;
        this.namesBytes = namesBytes;
    }

    public int size() {
        return size;
    }

    /** Visits the children in order. */
    public void forEach(Consumer<Znode> visitor) {
        int visited = forEach(root, 0, visitor);
        visitFresh(visited, freshCount, visitor);
    }

    /** Visits what is in the page, and before each of its nodes the fresh ones before it; returns how many of these. */
    private int forEach(Page page, int freshVisited, Consumer<Znode> visitor) {
        int visited = freshVisited;
        if (page.kids != null) {
            for (Page each : page.kids) {
                visited = forEach(each, visited, visitor);
            }
            return visited;
        }
        Znode[] nodes = page.firsts;
        // Mostly none: names that come in order are fresh behind the last page.
        int end = nodes.length == 0 ? visited : endBefore(nodes[nodes.length - 1], fresh, visited, freshCount);
        for (Znode each : nodes) {
            int next = endBefore(each, fresh, visited, end);
            visitFresh(visited, next, visitor);
            visited = next;
            visitor.accept(each);
        }
        return visited;
    }

    private void visitFresh(int from, int end, Consumer<Znode> visitor) {
        for (int i = from; i < end; i++) {
            visitor.accept(fresh[i]);
        }
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
        forEach(child -> child.writeName(out));
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

    /** Returns this set and the node, whose name is not in it. */
    ChildSet with(Znode child) {
        int at = floor(fresh, freshCount, child) + 1;
        Znode[] next = withRoomAt(at);
        next[at] = child;
        int count = freshCount + 1;
        long nextNamesBytes = namesBytes + child.nameBytes();
        return count <= FRESH_MAX
                ? new ChildSet(root, next, count, size + 1, nextNamesBytes)
                : new ChildSet(joined(with(root, next, 0, count)), NONE, 0, size + 1, nextNamesBytes);
    }

    /** Returns the fresh ones with a gap, in the same array if there is room at its end: this set does not look there. */
    private Znode[] withRoomAt(int at) {
        boolean last = at == freshCount;
        if (last && at < fresh.length && fresh[at] == null) {
            return fresh;
        }
        // Names that come in order, as numbers do, go on doing so.
        int room = last ? Math.min(2 * at, FRESH_MAX) : at;
        Znode[] copy = new Znode[Math.max(room, freshCount + 1)];
        System.arraycopy(fresh, 0, copy, 0, at);
        System.arraycopy(fresh, at, copy, at + 1, freshCount - at);
        return copy;
    }

    /**
     * Returns this set and the nodes.
     *
     * @throws IllegalArgumentException if a name would be in it twice
     */
    ChildSet withAll(List<Znode> children) {
        Znode[] sorted = sorted(children);
        long nextNamesBytes = namesBytes;
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && Znode.compareNames(sorted[i - 1], sorted[i]) == 0 || size > 0 && has(sorted[i])) {
                throw new IllegalArgumentException("node '" + sorted[i].path() + "' is there twice");
            }
            nextNamesBytes += sorted[i].nameBytes();
        }
        Page page = joined(with(root, sorted, 0, sorted.length));
        return new ChildSet(page, fresh, freshCount, size + sorted.length, nextNamesBytes);
    }

    /** Says whether a node of that name is in the set. */
    private boolean has(Znode child) {
        Page page = root;
        int at = floor(page.firsts, page.firsts.length, child);
        while (at >= 0 && page.kids != null) {
            page = page.kids[at];
            at = floor(page.firsts, page.firsts.length, child);
        }
        return isAt(page.firsts, at, child) || isAt(fresh, floor(fresh, freshCount, child), child);
    }

    private static boolean isAt(Znode[] nodes, int at, Znode child) {
        return at >= 0 && Znode.compareNames(nodes[at], child) == 0;
    }

    /** Returns this set without the node, which is in it. */
    ChildSet without(Znode child) {
        int at = floor(fresh, freshCount, child);
        return at >= 0 && fresh[at] == child
                ? new ChildSet(root, freshBut(at), freshCount - 1, size - 1, namesBytes - child.nameBytes())
                : new ChildSet(
                        lowered(without(root, new Znode[] {child}, 0, 1)),
                        fresh,
                        freshCount,
                        size - 1,
                        namesBytes - child.nameBytes());
    }

    private Znode[] freshBut(int at) {
        Znode[] left = Arrays.copyOf(fresh, freshCount - 1);
        System.arraycopy(fresh, at + 1, left, at, left.length - at);
        return left;
    }

    /** Returns this set without the nodes, which are in it. */
    ChildSet withoutAll(List<Znode> children) {
        if (children.size() == size) {
            return EMPTY;
        }
        if (children.size() == 1) {
            return without(children.get(0));
        }
        Znode[] gone = sorted(children);
        long goneBytes = 0;
        for (Znode each : gone) {
            goneBytes += each.nameBytes();
        }
        return without(gone, goneBytes);
    }

    private ChildSet without(Znode[] gone, long goneBytes) {
        Znode[] freshLeft = remaining(Arrays.copyOf(fresh, freshCount), gone, 0, gone.length);
        Page page = freshCount - freshLeft.length == gone.length ? root : lowered(without(root, gone, 0, gone.length));
        return new ChildSet(page, freshLeft, freshLeft.length, size - gone.length, namesBytes - goneBytes);
    }

    /** Returns the page without those above that have one kid only. */
    private static Page lowered(Page top) {
        Page page = top;
        while (page.kids != null && page.kids.length == 1) {
            page = page.kids[0];
        }
        return page.firsts.length == 0 ? EMPTY.root : page;
    }

    private static Znode[] sorted(List<Znode> children) {
        Znode[] nodes = children.toArray(NONE);
        // Siblings in a file are mostly in order, forwards or backwards.
        if (nodes.length > 1 && Znode.compareNames(nodes[0], nodes[nodes.length - 1]) > 0) {
            Collections.reverse(Arrays.asList(nodes));
        }
        for (int i = 1; i < nodes.length; i++) {
            if (Znode.compareNames(nodes[i - 1], nodes[i]) > 0) {
                Arrays.sort(nodes, Znode::compareNames);
                break;
            }
        }
        return nodes;
    }

    /** Returns the page and some nodes in order, none of which is in it, in as many pages as they take. */
    private static Page[] with(Page page, Znode[] added, int from, int end) {
        if (page.kids == null) {
            return parts(leaf(merged(page.firsts, added, from, end)));
        }
        List<Page> kids = new ArrayList<>(page.kids.length + 1);
        int first = Math.max(0, floor(page.firsts, page.firsts.length, added[from]));
        // None of those before it takes any.
        kids.addAll(Arrays.asList(page.kids).subList(0, first));
        int next = from;
        for (int i = first; i < page.kids.length; i++) {
            int kidEnd = endOf(page, i, added, next, end);
            if (kidEnd == next) {
                kids.add(page.kids[i]);
            } else {
                Collections.addAll(kids, with(page.kids[i], added, next, kidEnd));
            }
            next = kidEnd;
        }
        return parts(branch(kids));
    }

    /** Returns the page without some nodes in order; it makes no difference if some of them are not in it. */
    private static Page without(Page page, Znode[] gone, int from, int end) {
        if (page.kids == null) {
            return leaf(remaining(page.firsts, gone, from, end));
        }
        List<Page> kids = new ArrayList<>(page.kids.length);
        int next = from;
        for (int i = 0; i < page.kids.length; i++) {
            int kidEnd = endOf(page, i, gone, next, end);
            Page kid = page.kids[i];
            addOrJoin(kids, kidEnd == next ? kid : without(kid, gone, next, kidEnd));
            next = kidEnd;
        }
        return branch(kids);
    }

    /** Small pages do not stay alone. */
    private static void addOrJoin(List<Page> pages, Page page) {
        Page before = pages.isEmpty() ? null : pages.get(pages.size() - 1);
        if (before != null
                && Math.min(before.firsts.length, page.firsts.length) <= PAGE_SMALL
                && before.firsts.length + page.firsts.length <= PAGE_MAX) {
            pages.set(pages.size() - 1, joined(before, page));
        } else if (page.firsts.length > 0) {
            pages.add(page);
        }
    }

    /** Returns the end of those nodes, in order, that belong below the kid; they begin where those of the kid before ended. */
    private static int endOf(Page page, int kid, Znode[] nodes, int from, int end) {
        return from == end || kid + 1 == page.firsts.length ? end : endBefore(page.firsts[kid + 1], nodes, from, end);
    }

    private static int endBefore(Znode limit, Znode[] nodes, int from, int end) {
        int at = from;
        while (at < end && Znode.compareNames(nodes[at], limit) < 0) {
            at++;
        }
        return at;
    }

    private static Znode[] merged(Znode[] nodes, Znode[] added, int from, int end) {
        Znode[] merged = new Znode[nodes.length + end - from];
        int taken = 0;
        int next = from;
        for (int i = 0; i < merged.length; i++) {
            boolean isAdded = taken == nodes.length || next < end && Znode.compareNames(added[next], nodes[taken]) < 0;
            merged[i] = isAdded ? added[next++] : nodes[taken++];
        }
        return merged;
    }

    /** Returns those of the nodes that are not among the gone, both in order. */
    private static Znode[] remaining(Znode[] nodes, Znode[] gone, int from, int end) {
        if (nodes.length == 0) {
            return nodes;
        }
        Znode[] remaining = new Znode[nodes.length];
        int count = 0;
        int next = from;
        for (Znode each : nodes) {
            while (next < end && Znode.compareNames(gone[next], each) < 0) {
                next++;
            }
            if (next < end && gone[next] == each) {
                next++;
            } else {
                remaining[count++] = each;
            }
        }
        return count == nodes.length ? nodes : Arrays.copyOf(remaining, count);
    }

    /** Returns the page as it is if it is not too large, else parts of it that are as even as may be. */
    private static Page[] parts(Page page) {
        int length = page.firsts.length;
        if (length <= PAGE_MAX) {
            return new Page[] {page};
        }
        Page[] parts = new Page[(length + PAGE_MAX - 1) / PAGE_MAX];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = part(page, partStart(i, parts.length, length), partStart(i + 1, parts.length, length));
        }
        return parts;
    }

    private static int partStart(int index, int count, int length) {
        return (int) ((long) index * length / count);
    }

    /** Returns one page above all, or the only one. */
    private static Page joined(Page[] level) {
        Page[] top = level;
        while (top.length > 1) {
            top = parts(branch(Arrays.asList(top)));
        }
        return top[0];
    }

    /** Returns the index of the last of the first nodes, so many, that does not come after the child, or -1. */
    private static int floor(Znode[] nodes, int count, Znode child) {
        int low = 0;
        int high = count - 1;
        // Names that come in order are looked for behind the last.
        if (high >= 0 && Znode.compareNames(nodes[high], child) <= 0) {
            return high;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Znode.compareNames(nodes[middle], child) <= 0) {
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

    private static Page branch(List<Page> kids) {
        Znode[] firsts = new Znode[kids.size()];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = kids.get(i).firsts[0];
        }
        return new Page(firsts, kids.toArray(new Page[0]));
    }

    private static Page part(Page page, int from, int to) {
        return new Page(
                Arrays.copyOfRange(page.firsts, from, to),
                page.kids == null ? null : Arrays.copyOfRange(page.kids, from, to));
    }

    private static Page joined(Page left, Page right) {
        return new Page(
                joined(left.firsts, right.firsts),
                left.kids == null || right.kids == null ? null : joined(left.kids, right.kids));
    }

    private static <T> T[] joined(T[] left, T[] right) {
        T[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
