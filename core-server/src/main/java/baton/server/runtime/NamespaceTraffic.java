package baton.server.runtime;

import baton.protocol.Bytes;
import baton.server.txn.Txn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes were read or written below each node under the root, request by request, counted as Apache ZooKeeper
 * counts: the path, the data or the names of the children, and for a read the stat.
 *
 * <p>The first 256 such nodes with names of no more than 128 characters are told apart, others are counted together. One thread writes and allocates only
 * for a node it has not seen before; any may {@linkplain #addTo look}.
 */
final class NamespaceTraffic {
    /** Stands for all that are not told apart. No node is called so. */
    static final String OTHERS = "..";

    private static final int TOLD_APART_MAX = 256;

    /** Whoever looks is shown every name several times. */
    private static final int NAME_CHARS_MAX = 128;

    private static final int SLOTS = 4 * TOLD_APART_MAX;
    private static final int STAT_BYTES = 68;

    /** Only names that were chosen for it have so many others in their way, and are not told apart. */
    private static final int PROBES_MAX = 32;

    /** Open addressing: a slot is filled once and never emptied. */
    private final AtomicReferenceArray<@Nullable Namespace> slots = new AtomicReferenceArray<>(SLOTS);

    private final Namespace others = new Namespace(OTHERS);

    // Confined to the writer.
    private int toldApart;

    private record Namespace(String name, byte[] utf8, Distribution bytes) {
        Namespace(String name) {
            this(name, name.getBytes(StandardCharsets.UTF_8), new Distribution());
        }

        void reset() {
            bytes.reset();
        }
    }

    /**
     * Counts a read that was answered.
     *
     * @param path in UTF-8, in the first {@code length} bytes
     * @param payloadBytes of data, or of the names of children
     */
    void read(byte[] path, int length, long payloadBytes) {
        int end = 1;
        while (end < length && path[end] != '/') {
            end++;
        }
        if (end > 1 && length > 1) {
            namespace(path, end).bytes.record(length + payloadBytes + STAT_BYTES);
        }
    }

    /** Counts what a transaction writes. */
    void write(Txn txn) {
        if (txn instanceof Txn.SetData set) {
            countWrite(set.path(), set.content());
        } else if (txn instanceof Txn.Create create) {
            countWrite(create.path(), create.content());
        } else if (txn instanceof Txn.Delete delete) {
            countWrite(delete.path(), null);
        } else if (txn instanceof Txn.Multi multi && !multi.isFailed()) {
            multi.parts().forEach(this::write);
        } else if (txn instanceof Txn.CreateContainer create) {
            countWrite(create.path(), create.content());
        } else if (txn instanceof Txn.CreateTtl create) {
            countWrite(create.path(), create.content());
        } else if (txn instanceof Txn.DeleteContainer delete) {
            countWrite(delete.path(), null);
        } else if (txn instanceof Txn.CloseSession close && close.paths() != null) {
            close.paths().forEach(path -> countWrite(path, null));
        }
    }

    private void countWrite(String path, @Nullable Bytes content) {
        count(path, path.length() + size(content));
    }

    private static long size(@Nullable Bytes content) {
        return content == null ? 0 : content.size();
    }

    private void count(String path, long bytes) {
        int slash = path.indexOf('/', 1);
        int end = slash < 0 ? path.length() : slash;
        if (end > 1) {
            namespace(path, end).bytes.record(bytes);
        }
    }

    private Namespace namespace(String path, int end) {
        int hash = 0;
        for (int i = 1; i < end; i++) {
            hash = 31 * hash + path.charAt(i);
        }
        int home = (hash ^ hash >>> 16) & SLOTS - 1;
        for (int at = home; at < home + PROBES_MAX; at++) {
            Namespace each = slots.getPlain(at & SLOTS - 1);
            if (each == null) {
                return add(at & SLOTS - 1, path.substring(1, end));
            }
            if (each.name.length() == end - 1 && path.startsWith(each.name, 1)) {
                return each;
            }
        }
        return others;
    }

    /** Finds by bytes what was added by bytes: reads and writes are counted apart. */
    private Namespace namespace(byte[] path, int end) {
        int hash = 0;
        for (int i = 1; i < end; i++) {
            hash = 31 * hash + path[i];
        }
        int home = (hash ^ hash >>> 16) & SLOTS - 1;
        for (int at = home; at < home + PROBES_MAX; at++) {
            Namespace each = slots.getPlain(at & SLOTS - 1);
            if (each == null) {
                return add(at & SLOTS - 1, new String(path, 1, end - 1, StandardCharsets.UTF_8));
            }
            if (Arrays.equals(each.utf8, 0, each.utf8.length, path, 1, end)) {
                return each;
            }
        }
        return others;
    }

    private Namespace add(int at, String name) {
        if (toldApart == TOLD_APART_MAX || name.length() > NAME_CHARS_MAX) {
            return others;
        }
        toldApart++;
        Namespace added = new Namespace(name);
        slots.setRelease(at, added);
        return added;
    }

    /** Begins anew. Callable from any thread, and so is the other. */
    void reset() {
        forEach(Namespace::reset);
    }

    /** Adds what was counted so far to what others have. */
    void addTo(Map<String, Distribution.Summary> sums) {
        forEach(each -> {
            Distribution.Summary summary = each.bytes.summary();
            // A node that was seen stays on the list when counting begins anew.
            if (each != others || summary.count() > 0) {
                sums.merge(each.name, summary, Distribution.Summary::plus);
            }
        });
    }

    private void forEach(Consumer<Namespace> action) {
        for (int i = 0; i < SLOTS; i++) {
            Namespace each = slots.getAcquire(i);
            if (each != null) {
                action.accept(each);
            }
        }
        action.accept(others);
    }
}
