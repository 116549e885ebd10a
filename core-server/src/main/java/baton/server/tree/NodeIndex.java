package baton.server.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes by path, given as UTF-8 bytes or as a string, without making an object. One writer, any number of readers.
 *
 * <p>An open-addressed table: a node lies in the first free slot at or after its hash. A removed node leaves a gravestone
 * behind, which keeps the way to later slots open until the next node is put there or the table is copied; so nodes never
 * move within a table, and a reader that loses the race against a removal has at worst missed a node that was indeed
 * absent for a moment. A larger table is filled before it is published.
 */
final class NodeIndex {
    private static final int CAPACITY_MIN = 64;

    private final Znode gravestone;

    // Written by the tree's writer.
    private volatile AtomicReferenceArray<@Nullable Znode> slots = new AtomicReferenceArray<>(CAPACITY_MIN);

    // Written and read by the tree's writer only.
    private int size;
    private int gravestones;

    NodeIndex(NodeState anyState) {
        gravestone = new Znode(new byte[0], 0, null, anyState);
    }

    int size() {
        return size;
    }

    /** Returns how many slots there are: a power of two. */
    int capacity() {
        return slots.length();
    }

    /** Visits the nodes that lie in the slot or, since there was no room, in one after it. For the writer. */
    void forEachFrom(int slot, Consumer<Znode> visitor) {
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        int i = slot;
        for (Znode node = table.getPlain(i); node != null; node = table.getPlain(i)) {
            if (node != gravestone && (node.pathHash() & mask) == slot) {
                visitor.accept(node);
            }
            i = i + 1 & mask;
        }
    }

    @Nullable
    Znode find(byte[] utf8, int offset, int length) {
        int hash = hash(utf8, offset, length);
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        for (int i = hash & mask; ; i = i + 1 & mask) {
            Znode candidate = table.getAcquire(i);
            if (candidate == null) {
                return null;
            }
            if (candidate.pathHash() == hash && candidate != gravestone && candidate.isAt(utf8, offset, length)) {
                return candidate;
            }
        }
    }

    /**
     * Touches what lies on the way to nodes, step by step for all of them: the processor waits for the memory of one step at
     * once.
     *
     * @return something that follows from all that was looked at, else nothing would be
     */
    int foresee(int[] hashes, int count) {
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        int seen = 0;
        for (int i = 0; i < count; i++) {
            seen += table.getAcquire(hashes[i] & mask) == null ? 0 : 1;
        }
        for (int i = 0; i < count; i++) {
            Znode node = table.getAcquire(hashes[i] & mask);
            seen += node == null ? 0 : node.pathHash();
        }
        for (int i = 0; i < count; i++) {
            int at = hashes[i] & mask;
            Znode node = table.getAcquire(at);
            while (node != null && node.pathHash() != hashes[i]) {
                at = at + 1 & mask;
                node = table.getAcquire(at);
            }
            seen += node == null ? 0 : node.nameBytes() + node.state().contentSize();
        }
        return seen;
    }

    /** Looks for the path that is the first {@code length} characters of the text. */
    @Nullable
    Znode find(String text, int length) {
        // Nothing but ASCII is found by it.
        int hash = length == text.length() ? hash(text) : hash(text, length);
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        int i = hash & mask;
        for (Znode candidate = table.getAcquire(i); candidate != null; candidate = table.getAcquire(i)) {
            if (candidate.pathHash() == hash && candidate != gravestone && candidate.isAt(text, length)) {
                return candidate;
            }
            i = i + 1 & mask;
        }
        return isAscii(text, length) ? null : findEncoded(text.substring(0, length));
    }

    private @Nullable Znode findEncoded(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return find(utf8, 0, utf8.length);
    }

    private static boolean isAscii(String text, int length) {
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Adds a node whose path is not in the table. */
    void add(Znode node) {
        makeRoom(1);
        put(node);
    }

    /** Adds nodes whose paths are not in the table. */
    void addAll(List<Znode> nodes) {
        makeRoom(nodes.size());
        for (Znode each : nodes) {
            put(each);
        }
    }

    private void makeRoom(int count) {
        if ((size + gravestones + count) * 8L > slots.length() * 5L) {
            copy(count);
        }
    }

    private void put(Znode node) {
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        int i = node.pathHash() & mask;
        Znode present = table.getPlain(i);
        while (present != null && present != gravestone) {
            i = i + 1 & mask;
            present = table.getPlain(i);
        }
        gravestones -= present == gravestone ? 1 : 0;
        size++;
        table.setRelease(i, node);
    }

    void remove(Znode node) {
        AtomicReferenceArray<@Nullable Znode> table = slots;
        int mask = table.length() - 1;
        int i = node.pathHash() & mask;
        while (table.getPlain(i) != node) {
            i = i + 1 & mask;
        }
        gravestones++;
        size--;
        table.setRelease(i, gravestone);
    }

    private void copy(int more) {
        AtomicReferenceArray<@Nullable Znode> from = slots;
        int capacity = CAPACITY_MIN;
        // With room for half as many again: gravestones alone must not make it copy all the time.
        while (capacity * 2L < ((long) size + more) * 5) {
            capacity <<= 1;
        }
        AtomicReferenceArray<@Nullable Znode> to = new AtomicReferenceArray<>(capacity);
        int mask = capacity - 1;
        for (int i = 0; i < from.length(); i++) {
            Znode node = from.getPlain(i);
            if (node != null && node != gravestone) {
                int k = node.pathHash() & mask;
                while (to.getPlain(k) != null) {
                    k = k + 1 & mask;
                }
                to.setPlain(k, node);
            }
        }
        gravestones = 0;
        slots = to;
    }

    static int hash(byte[] utf8) {
        return hash(utf8, 0, utf8.length);
    }

    private static int hash(byte[] utf8, int offset, int length) {
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + utf8[i];
        }
        return mixed(hash);
    }

    static int hash(ByteBuffer utf8, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + utf8.get(i);
        }
        return mixed(hash);
    }

    /** Returns the hash of the characters, which of ASCII is that of the bytes. */
    static int hash(String text) {
        return mixed(text.hashCode());
    }

    private static int hash(String text, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return mixed(hash);
    }

    // Paths that differ in their last digits only must not lie side by side.
    private static int mixed(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
