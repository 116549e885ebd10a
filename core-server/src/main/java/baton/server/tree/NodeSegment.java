package baton.server.tree;

import baton.protocol.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those nodes of a {@link NodeIndex} whose hashes begin with the same bits. One writer, any number of readers.
 *
 * <p>An open-addressed table: a node lies in the first free slot at or after its home, which is told by the bits that follow
 * those that all have. A removed node leaves a gravestone behind, which keeps the way to later slots open until the next
 * node is put there; so nodes never move, and a reader that loses the race against a removal has at worst missed a node
 * that was indeed absent for a moment. When there is no room another takes its place, and this one stays as it is.
 */
final class NodeSegment {
    static final int CAPACITY_MIN = 64;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Znode[].class);

    private static final Znode GRAVESTONE =
            new Znode(new byte[0], 0, null, NodeState.builtIn(Bytes.EMPTY, AclEntry.OPEN, 0));

    private final @Nullable Znode[] slots;
    private final int bits;
    private final int homeShift;

    // Written and read by the tree's writer only.
    private int size;
    private int gravestones;

    /** @param bits how many all hashes have in common */
    NodeSegment(int bits, int capacity) {
        this.slots = new Znode[capacity];
        this.bits = bits;
        this.homeShift = Integer.SIZE - Integer.numberOfTrailingZeros(capacity);
    }

    /** Returns how many slots hold so many nodes, and half as many again: gravestones alone must not use them up at once. */
    static long capacityFor(long count) {
        long capacity = CAPACITY_MIN;
        while (capacity * 2 < count * 5) {
            capacity <<= 1;
        }
        return capacity;
    }

    /** Returns how many bits all hashes have in common. */
    int bits() {
        return bits;
    }

    int capacity() {
        return slots.length;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return (size + gravestones + 1) * 8L > slots.length * 5L;
    }

    private int home(int hash) {
        return hash << bits >>> homeShift;
    }

    private @Nullable Znode slot(int at) {
        return (Znode) SLOT.getAcquire(slots, at);
    }

    @Nullable
    Znode find(int hash, byte[] utf8, int offset, int length) {
        int mask = slots.length - 1;
        int at = home(hash);
        for (Znode each = slot(at); each != null; each = slot(at)) {
            if (each.pathHash() == hash && each != GRAVESTONE && each.isAt(utf8, offset, length)) {
                return each;
            }
            at = at + 1 & mask;
        }
        return null;
    }

    /** Looks for the path that is the first characters of the text, if all are ASCII. */
    @Nullable
    Znode find(int hash, String text, int length) {
        int mask = slots.length - 1;
        int at = home(hash);
        for (Znode each = slot(at); each != null; each = slot(at)) {
            if (each.pathHash() == hash && each != GRAVESTONE && each.isAt(text, length)) {
                return each;
            }
            at = at + 1 & mask;
        }
        return null;
    }

    /** Returns what lies where a search for the hash begins. */
    @Nullable
    Znode first(int hash) {
        return slot(home(hash));
    }

    /** Returns something that has the hash. */
    @Nullable
    Znode like(int hash) {
        int mask = slots.length - 1;
        int at = home(hash);
        Znode each = slot(at);
        while (each != null && each.pathHash() != hash) {
            at = at + 1 & mask;
            each = slot(at);
        }
        return each;
    }

    /** Adds a node, for which there is a free slot. */
    void add(Znode node) {
        int mask = slots.length - 1;
        int at = home(node.pathHash());
        Znode present = slots[at];
        while (present != null && present != GRAVESTONE) {
            at = at + 1 & mask;
            present = slots[at];
        }
        gravestones -= present == GRAVESTONE ? 1 : 0;
        size++;
        SLOT.setRelease(slots, at, node);
    }

    /** Removes a node that is there. */
    void remove(Znode node) {
        int mask = slots.length - 1;
        int at = home(node.pathHash());
        while (slots[at] != node) {
            at = at + 1 & mask;
        }
        gravestones++;
        size--;
        SLOT.setRelease(slots, at, GRAVESTONE);
    }

    /** Visits all nodes. For the writer. */
    void forEach(Consumer<Znode> visitor) {
        for (Znode each : slots) {
            if (each != null && each != GRAVESTONE) {
                visitor.accept(each);
            }
        }
    }

    /** Visits the nodes whose home is that of the hash. For the writer. */
    void forEachAtHome(int hash, Consumer<Znode> visitor) {
        int mask = slots.length - 1;
        int home = home(hash);
        int at = home;
        for (Znode each = slots[at]; each != null; each = slots[at]) {
            if (each != GRAVESTONE && home(each.pathHash()) == home) {
                visitor.accept(each);
            }
            at = at + 1 & mask;
        }
    }

    /** Returns how many hashes have one home. */
    long homeWidth() {
        return Math.max(1, 1L << homeShift >>> bits);
    }
}
