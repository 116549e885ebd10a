package baton.server.tree;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one session, in the order of their creation. Changed by the tree's writer alone; what only looks changes
 * nothing, so any number of readers may do so together while the writer does not write.
 *
 * <p>An array. A node is found by the zxid that created it, since a fresh one has the largest; only nodes of a snapshot
 * come in another order, until the writer sorts them. Whatever leaves from either end costs nothing, so a session
 * closes in one pass.
 */
final class SessionNodes {
    private static final int CAPACITY_MIN = 4;
    private static final Comparator<Znode> BY_CREATION = Comparator.comparingLong(SessionNodes::czxid);

    private @Nullable Znode[] nodes = new Znode[CAPACITY_MIN];
    private int first;
    private int end;
    private int recordBytes;
    private long digest;
    private long recounted;
    private long recountedInPass;
    private boolean sorted = true;

    int size() {
        return end - first;
    }

    /** Number of bytes that the paths take in a record. */
    int recordBytes() {
        return recordBytes;
    }

    /** Returns what all of them together add to the digest of the tree: the sum of what was {@linkplain #count counted}. */
    long digest() {
        return digest;
    }

    /** Says that one of them adds so much more to the digest of the tree than before. */
    void count(long digestChange) {
        digest += digestChange;
    }

    /** Returns what all of them together add to the sum of that pass of a {@link Recount}. */
    long recounted(long pass) {
        return recountedInPass == pass ? recounted : 0;
    }

    /** Says that one of them adds so much more to the sum of that pass. */
    void recount(long pass, long sumChange) {
        recounted = recounted(pass) + sumChange;
        recountedInPass = pass;
    }

    /** Returns a copy in the order of creation, whether the nodes are {@linkplain #sort sorted} or not. */
    List<Znode> list() {
        List<Znode> copy = Arrays.asList(Arrays.copyOfRange(nodes, first, end));
        if (!sorted) {
            copy.sort(BY_CREATION);
        }
        return copy;
    }

    boolean isSorted() {
        return sorted;
    }

    void add(Znode node) {
        if (end == nodes.length) {
            copy(Math.max(CAPACITY_MIN, size() + size() / 2));
        }
        sorted &= size() == 0 || czxid(nodes[end - 1]) <= czxid(node);
        nodes[end++] = node;
        recordBytes += Integer.BYTES + node.pathLength();
    }

    /** Removes a node; that it is not there does no harm. */
    void remove(Znode node) {
        sort();
        int at = indexOf(node);
        if (at < 0) {
            return;
        }
        if (at - first < end - at) {
            System.arraycopy(nodes, first, nodes, first + 1, at - first);
            nodes[first++] = null;
        } else {
            System.arraycopy(nodes, at + 1, nodes, at, end - at - 1);
            nodes[--end] = null;
        }
        recordBytes -= Integer.BYTES + node.pathLength();
        if (size() > CAPACITY_MIN && size() < nodes.length / 4) {
            copy(size());
        }
    }

    private int indexOf(Znode node) {
        if (first < end && nodes[first] == node) {
            return first; // As it always is when the session closes.
        }
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (czxid(nodes[middle]) < czxid(node)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while (low < end && nodes[low] != node && czxid(nodes[low]) == czxid(node)) {
            low++;
        }
        return low < end && nodes[low] == node ? low : -1;
    }

    /** Brings the nodes in the order of their creation; what is added live keeps them so. */
    void sort() {
        if (!sorted) {
            Arrays.sort(nodes, first, end, BY_CREATION);
            sorted = true;
        }
    }

    private void copy(int capacity) {
        @Nullable Znode[] from = nodes;
        nodes = new Znode[capacity];
        System.arraycopy(from, first, nodes, 0, size());
        end = size();
        first = 0;
    }

    private static long czxid(Znode node) {
        return node.state().czxid();
    }
}
