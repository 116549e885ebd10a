package baton.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeIndexTest {
    private static final NodeState STATE = NodeState.created(Bytes.EMPTY, AclEntry.OPEN, NodeOwner.NOBODY, 1, 1);

    private final PathHash hashes = SeededHash.of(1);
    private final Znode root = new Znode(new byte[0], hashes.of(utf8("/")), null, STATE);
    private final NodeIndex index = new NodeIndex(hashes);

    @Test
    void whatItFindsIsWhatWasAddedAndNotRemoved() {
        Map<String, Znode> present = new HashMap<>();
        SplittableRandom random = new SplittableRandom(11);

        for (int step = 0; step < 300_000; step++) {
            // It grows, shrinks, and stays as it is.
            int addedOfTen = List.of(8, 2, 5).get(step / 50_000 % 3);
            String path = path(random.nextInt(30_000));
            Znode known = present.get(path);
            assertSame(known, find(path));
            if (known == null && random.nextInt(10) < addedOfTen) {
                Znode node = node(path);
                index.add(node);
                present.put(path, node);
            } else if (known != null && random.nextInt(10) >= addedOfTen) {
                index.remove(known);
                present.remove(path);
            }
        }

        assertEquals(present.size(), index.size());
        present.forEach((path, node) -> assertSame(node, find(path)));
        assertEquals(present.size(), inOrder().size());
    }

    /** Returns all nodes as a recount comes to them. */
    private List<Znode> inOrder() {
        List<Znode> nodes = new ArrayList<>();
        for (long hash = 0; hash < 1L << Integer.SIZE; ) {
            hash = index.forEachFrom(hash, nodes::add);
        }
        return nodes;
    }

    @Test
    void nodesAreVisitedInTheOrderOfTheSlotsOfTheirHashes() {
        for (int i = 0; i < 20_000; i++) {
            index.add(node(path(i)));
        }
        long slotWidth = (1L << Integer.SIZE) / NodeSegment.CAPACITY_MIN;

        List<Znode> nodes = inOrder();

        assertEquals(20_000, new HashSet<>(nodes).size());
        for (int i = 1; i < nodes.size(); i++) {
            long before = Integer.toUnsignedLong(nodes.get(i - 1).pathHash());
            assertTrue(before / slotWidth <= Integer.toUnsignedLong(nodes.get(i).pathHash()) / slotWidth);
        }
    }

    /** Others would wait for it. */
    @Test
    void aChangeReplacesOneSegmentByTwoOrTwoByOneAtMost() {
        List<Znode> nodes = new ArrayList<>();
        Set<NodeSegment> before = segments();
        for (int i = 0; i < 20_000; i++) {
            Znode node = node(path(i));
            nodes.add(node);

            index.add(node);

            before = requireFewReplaced(before, 1);
        }
        assertTrue(before.size() >= 8, "it has grown");

        for (Znode each : nodes) {
            index.remove(each);

            before = requireFewReplaced(before, 2);
        }

        assertEquals(1, before.size());
        assertEquals(NodeIndex.SEGMENT_SLOTS, index.capacity());
    }

    private Set<NodeSegment> requireFewReplaced(Set<NodeSegment> before, int max) {
        Set<NodeSegment> after = segments();
        List<NodeSegment> replaced =
                before.stream().filter(each -> !after.contains(each)).toList();
        assertTrue(replaced.size() <= max);
        assertTrue(replaced.stream().allMatch(each -> each.capacity() <= NodeIndex.SEGMENT_SLOTS));
        assertEquals(after.stream().mapToLong(NodeSegment::capacity).sum(), index.capacity());
        return after;
    }

    private Set<NodeSegment> segments() {
        Set<NodeSegment> segments = new HashSet<>();
        for (long hash = 0; hash < 1L << Integer.SIZE; ) {
            NodeSegment segment = index.segmentOf((int) hash);
            segments.add(segment);
            hash += 1L << Integer.SIZE - segment.bits();
        }
        return segments;
    }

    /** Where much comes and goes. */
    @Test
    void gravestonesDoNotMakeItGrow() {
        for (int i = 0; i < 100_000; i++) {
            Znode node = node("/passes-" + i);
            index.add(node);
            index.remove(node);
        }

        assertEquals(NodeSegment.CAPACITY_MIN, index.capacity());
    }

    /** As nobody can bring it about who does not know the keys: it is slow then, and takes no more memory. */
    @Test
    void evenNodesOfOneHashAreFound() {
        PathHash known = new PathHash(() -> 0);
        NodeIndex alike = new NodeIndex(known);
        List<byte[]> paths = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            // The sum of both words is the same.
            byte[] path = utf8("/....../......");
            for (int digit = 0, rest = i; digit < 3; digit++, rest /= 20) {
                path[1 + digit] += (byte) (rest % 20);
                path[8 + digit] -= (byte) (rest % 20);
            }
            paths.add(path);
        }
        assertEquals(1, paths.stream().map(known::of).distinct().count());
        List<Znode> nodes = new ArrayList<>();
        for (byte[] each : paths) {
            nodes.add(new Znode(Arrays.copyOfRange(each, 1, each.length), known.of(each), root, STATE));
        }

        nodes.subList(0, 6_000).forEach(alike::add);
        alike.addAll(nodes.subList(6_000, 8_000));

        for (int i = 0; i < nodes.size(); i++) {
            assertSame(nodes.get(i), alike.find(paths.get(i), 0, paths.get(i).length));
        }
        assertTrue(alike.capacity() <= 16L * nodes.size());
        nodes.forEach(alike::remove);
        assertEquals(0, alike.size());
    }

    @Test
    void aRestoredIndexHasTheSizeOfOneThatHasGrown() {
        List<Znode> nodes = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            nodes.add(node(path(i)));
        }

        index.addAll(nodes);

        assertEquals(1 << 18, index.capacity());
        NodeIndex grown = new NodeIndex(hashes);
        nodes.forEach(grown::add);
        assertTrue(grown.capacity() <= 1 << 18);
    }

    @Test
    void manyAddedAtOnceAreFound() {
        List<Znode> nodes = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            nodes.add(node(path(i)));
        }

        index.addAll(nodes);

        for (int i = 0; i < nodes.size(); i++) {
            assertSame(nodes.get(i), find(path(i)));
        }
        assertNull(find(path(nodes.size())));
    }

    @Test
    void aParentIsFoundByTheBeginningOfAPath() {
        Znode parent = node("/kept");
        index.add(parent);

        assertSame(parent, index.find("/kept/below", "/kept".length()));
        assertNull(index.find("/kept/below", "/kep".length()));
    }

    /** A reader on another thread, without the gate: what stays is never missed, and what is found is what was looked for. */
    @Test
    void readersFindWhatStaysWhileOthersComeAndGo() {
        List<Znode> staying = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            staying.add(node("/stays-" + i));
        }
        index.addAll(staying);
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> read(staying, written));

        try {
            write();
        } finally {
            written.set(true);
        }

        assertEquals(0, reader.join());
    }

    private void write() {
        SplittableRandom random = new SplittableRandom(12);
        List<Znode> passing = new ArrayList<>();
        for (int step = 0; step < 300_000; step++) {
            // It grows to some twenty thousand, and shrinks.
            int addedOfThousand = step / 50_000 % 2 == 0 ? 700 : 300;
            if (passing.isEmpty() || random.nextInt(1_000) < addedOfThousand) {
                Znode node = node("/passes-" + step);
                index.add(node);
                passing.add(node);
            } else {
                int at = random.nextInt(passing.size());
                Znode gone = passing.set(at, passing.get(passing.size() - 1));
                passing.remove(passing.size() - 1);
                index.remove(gone);
            }
        }
    }

    /** Returns how often something else was found than there was. */
    private int read(List<Znode> staying, AtomicBoolean written) {
        int wrongCount = 0;
        for (int i = 0; !written.get() || i < 100_000; i++) {
            String path = "/stays-" + i % staying.size();
            Znode staysThere = staying.get(i % staying.size());
            wrongCount += byText(path) == staysThere && byBytes(path) == staysThere ? 0 : 1;
            String passing = "/passes-" + i % 300_000;
            wrongCount += isNothingElse(byText(passing), passing) && isNothingElse(byBytes(passing), passing) ? 0 : 1;
        }
        return wrongCount;
    }

    private static boolean isNothingElse(@Nullable Znode found, String path) {
        return found == null || found.path().equals(path);
    }

    /** Looks for it in both ways, which may differ only while others write. */
    private @Nullable Znode find(String path) {
        Znode found = byText(path);
        assertSame(found, byBytes(path));
        return found;
    }

    private @Nullable Znode byText(String path) {
        return index.find(path, path.length());
    }

    private @Nullable Znode byBytes(String path) {
        byte[] bytes = utf8("x" + path);
        return index.find(bytes, 1, bytes.length - 1);
    }

    /** Some are not ASCII. */
    private static String path(int number) {
        return (number % 7 == 0 ? "/käse-" : "/node-") + number;
    }

    private Znode node(String path) {
        return new Znode(utf8(path.substring(1)), hashes.of(utf8(path)), root, STATE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
