package baton.server.tree;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes by path, given as UTF-8 bytes or as a string, without making an object. One writer, any number of readers.
 *
 * <p>The nodes lie in segments, each of those whose hashes begin with the same bits, and a directory has the segments by
 * as many bits as any of them needs. So the index grows by pieces (decision 0026): one that is full is split by one bit more,
 * and two that have become small are joined, which moves 2,560 nodes at most whatever the number of all; now and then the
 * directory is made twice as long, or half, an entry for a thousand nodes and more. A lookup is never in more than one place.
 *
 * <p>Readers need no lock. Whatever takes the place of a segment, or of the directory, is filled before it is published, by
 * a release that the reader's acquire meets. What was replaced is never written again: a reader that still has it sees
 * what was there when it was replaced, which is later than the reader's lookup began, or it would have found the other.
 * So each lookup tells what was so at a moment between its begin and its end, and a node that stays is never missed: it is in
 * the old segment and in the new.
 */
final class NodeIndex {
    /**
     * A full segment of that many slots is split, and no larger one is made, as long as hashes differ. Of smaller ones there
     * would be so many that lookups wait for the memory in which they lie.
     */
    static final int SEGMENT_SLOTS = 1 << 12;

    /** A directory for so many slots a node is not made longer: what is alike in so many bits is so in all, and keys are known. */
    private static final int SLOTS_PER_NODE_MAX = 16;

    private final PathHash hashes;

    // Written by the tree's writer.
    private volatile AtomicReferenceArray<NodeSegment> directory;

    // Written and read by the tree's writer only.
    private int size;
    private long capacity;

    /** Number of segments that need all bits of the directory. */
    private int narrowest;

    NodeIndex(PathHash hashes) {
        this.hashes = hashes;
        this.directory = ofEmpty(1, NodeSegment.CAPACITY_MIN);
    }

    /** Returns a new directory of new segments; this index counts with it from now on. */
    private AtomicReferenceArray<NodeSegment> ofEmpty(int count, int slotsOfEach) {
        AtomicReferenceArray<NodeSegment> made = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            made.setPlain(i, new NodeSegment(bits(count), slotsOfEach));
        }
        capacity = (long) count * slotsOfEach;
        narrowest = count;
        return made;
    }

    int size() {
        return size;
    }

    /** Returns how many slots there are. */
    long capacity() {
        return capacity;
    }

    /** Returns the hash of a path, by which nodes are in order. */
    PathHash hashes() {
        return hashes;
    }

    /**
     * Visits nodes in the order of their hashes, as numbers without a sign: those of one slot, one at least of whose hashes
     * is this one. For the writer.
     *
     * @return the hash with which the next slot begins, 2^32 behind the last
     */
    long forEachFrom(long hash, Consumer<Znode> visitor) {
        NodeSegment segment = segmentOf((int) hash);
        segment.forEachAtHome((int) hash, visitor);
        long width = segment.homeWidth();
        return hash - hash % width + width;
    }

    @Nullable
    Znode find(byte[] utf8, int offset, int length) {
        int hash = hashes.of(utf8, offset, length);
        return segmentOf(hash).find(hash, utf8, offset, length);
    }

    /**
     * Touches what lies on the way to nodes, step by step for all of them: the processor waits for the memory of one step at
     * once.
     *
     * @return something that follows from all that was looked at, else nothing would be
     */
    int foresee(int[] hashes, int count) {
        int seen = 0;
        for (int i = 0; i < count; i++) {
            seen += segmentOf(hashes[i]).first(hashes[i]) == null ? 0 : 1;
        }
        for (int i = 0; i < count; i++) {
            Znode node = segmentOf(hashes[i]).first(hashes[i]);
            seen += node == null ? 0 : node.pathHash();
        }
        for (int i = 0; i < count; i++) {
            Znode node = segmentOf(hashes[i]).like(hashes[i]);
            seen += node == null ? 0 : node.nameBytes() + node.state().contentSize();
        }
        return seen;
    }

    /** Looks for the path that is the first {@code length} characters of the text. */
    @Nullable
    Znode find(String text, int length) {
        // Nothing but ASCII is found by it.
        int hash = hashes.of(text, length);
        Znode node = segmentOf(hash).find(hash, text, length);
        return node != null || isAscii(text, length) ? node : findEncoded(text.substring(0, length));
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

    /** Returns where nodes with the hash are to be found. */
    NodeSegment segmentOf(int hash) {
        AtomicReferenceArray<NodeSegment> segments = directory;
        return segments.getAcquire(at(hash, segments.length()));
    }

    /** Returns the upper bits of the hash, as many as there are entries for. */
    private static int at(int hash, int entries) {
        return (int) (Integer.toUnsignedLong(hash) * entries >>> Integer.SIZE);
    }

    private static int bits(int entries) {
        return Integer.numberOfTrailingZeros(entries);
    }

    /** Adds a node whose path is not in the index. */
    void add(Znode node) {
        int hash = node.pathHash();
        NodeSegment segment = segmentOf(hash);
        if (segment.isFull()) {
            makeRoom(segment, hash);
            segment = segmentOf(hash);
        }
        segment.add(node);
        size++;
    }

    /** Adds nodes whose paths are not in the index, with room for all from the beginning. Before anybody reads. */
    void addAll(List<Znode> nodes) {
        long count = (long) size + nodes.size();
        if (count * 8 > capacity * 5) {
            spread(NodeSegment.capacityFor(count));
        }
        for (Znode each : nodes) {
            add(each);
        }
    }

    private void spread(long slots) {
        AtomicReferenceArray<NodeSegment> from = directory;
        int slotsOfEach = (int) Math.min(slots, SEGMENT_SLOTS);
        directory = ofEmpty((int) (slots / slotsOfEach), slotsOfEach);
        size = 0;
        for (int i = 0; i < from.length(); i += entriesOf(from.getPlain(i), from)) {
            from.getPlain(i).forEach(this::add);
        }
    }

    private static int entriesOf(NodeSegment segment, AtomicReferenceArray<NodeSegment> segments) {
        return segments.length() >>> segment.bits();
    }

    /** Has another segment, or two, take the place of the one in which nodes with the hash are. */
    private void makeRoom(NodeSegment segment, int hash) {
        int slots = (int) NodeSegment.capacityFor(segment.size() + 1L);
        if (slots <= SEGMENT_SLOTS || !maySplit(segment)) {
            NodeSegment copy = new NodeSegment(segment.bits(), slots);
            segment.forEach(copy::add);
            publish(copy, hash);
            capacity += slots - segment.capacity();
        } else {
            split(segment, hash);
        }
    }

    private boolean maySplit(NodeSegment segment) {
        int entries = directory.length();
        return 1 << segment.bits() < entries || (long) entries * SEGMENT_SLOTS <= (long) SLOTS_PER_NODE_MAX * size;
    }

    private void split(NodeSegment segment, int hash) {
        int bits = segment.bits() + 1;
        if (1 << bits > directory.length()) {
            lengthen();
        }
        int distinct = Integer.MIN_VALUE >>> segment.bits();
        NodeSegment lower = new NodeSegment(bits, segment.capacity());
        NodeSegment upper = new NodeSegment(bits, segment.capacity());
        segment.forEach(each -> ((each.pathHash() & distinct) == 0 ? lower : upper).add(each));
        publish(lower, hash & ~distinct);
        publish(upper, hash | distinct);
        capacity += segment.capacity();
        narrowest += 1 << bits == directory.length() ? 2 : 0;
    }

    private void lengthen() {
        AtomicReferenceArray<NodeSegment> from = directory;
        AtomicReferenceArray<NodeSegment> to = new AtomicReferenceArray<>(2 * from.length());
        for (int i = 0; i < to.length(); i++) {
            to.setPlain(i, from.getPlain(i / 2));
        }
        narrowest = 0;
        directory = to;
    }

    /** Lets nodes with the hash be found in the segment, and all whose hashes begin with as many bits of it. */
    private void publish(NodeSegment segment, int hash) {
        AtomicReferenceArray<NodeSegment> segments = directory;
        int entries = entriesOf(segment, segments);
        int first = at(hash, segments.length()) & -entries;
        for (int i = first; i < first + entries; i++) {
            segments.setRelease(i, segment);
        }
    }

    /** Removes a node that is in the index. */
    void remove(Znode node) {
        int hash = node.pathHash();
        NodeSegment segment = segmentOf(hash);
        segment.remove(node);
        size--;
        if (segment.bits() > 0 && segment.size() * 8 < SEGMENT_SLOTS) {
            NodeSegment other = segmentOf(hash ^ Integer.MIN_VALUE >>> segment.bits() - 1);
            if (other.bits() == segment.bits() && (segment.size() + other.size()) * 4 < SEGMENT_SLOTS) {
                join(segment, other, hash);
            }
        }
    }

    private void join(NodeSegment one, NodeSegment other, int hash) {
        NodeSegment both = new NodeSegment(one.bits() - 1, SEGMENT_SLOTS);
        one.forEach(both::add);
        other.forEach(both::add);
        publish(both, hash);
        capacity += SEGMENT_SLOTS - one.capacity() - other.capacity();
        narrowest -= 1 << one.bits() == directory.length() ? 2 : 0;
        while (narrowest == 0) {
            shorten();
        }
    }

    /** No segment needs the last bit. */
    private void shorten() {
        AtomicReferenceArray<NodeSegment> from = directory;
        AtomicReferenceArray<NodeSegment> to = new AtomicReferenceArray<>(from.length() / 2);
        for (int i = 0; i < to.length(); i++) {
            NodeSegment segment = from.getPlain(2 * i);
            to.setPlain(i, segment);
            narrowest += 1 << segment.bits() == to.length() ? 1 : 0;
        }
        directory = to;
    }
}
