package baton.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeIndexTest {
    private static final NodeState STATE = NodeState.created(Bytes.EMPTY, AclEntry.OPEN, NodeOwner.NOBODY, 1, 1);

    private final Znode root = new Znode(new byte[0], NodeIndex.hash(utf8("/")), null, STATE);
    private final NodeIndex index = new NodeIndex(STATE);

    @Test
    void whatItFindsIsWhatWasAddedAndNotRemoved() {
        Map<String, Znode> present = new HashMap<>();
        SplittableRandom random = new SplittableRandom(11);

        for (int step = 0; step < 100_000; step++) {
            String path = path(random.nextInt(3_000));
            Znode known = present.get(path);
            assertSame(known, find(path));
            if (known == null) {
                Znode node = node(path);
                index.add(node);
                present.put(path, node);
            } else if (random.nextInt(3) > 0) {
                index.remove(known);
                present.remove(path);
            }
        }

        assertEquals(present.size(), index.size());
        present.forEach((path, node) -> assertSame(node, find(path)));
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
            if (passing.isEmpty() || random.nextInt(1_000) < 505) {
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
        return new Znode(utf8(path.substring(1)), NodeIndex.hash(utf8(path)), root, STATE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
