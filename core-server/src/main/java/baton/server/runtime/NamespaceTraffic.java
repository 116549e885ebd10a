package baton.server.runtime;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.request.ReadAnswer;
import baton.server.txn.Txn;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes were read or written below each node under the root, request by request, counted as Apache ZooKeeper
 * counts: the path, the data or the names of the children, and for a read the stat.
 *
 * <p>The first 256 such nodes are told apart, what comes later is counted together. One thread writes and allocates only
 * for a node it has not seen before; any may {@linkplain #addTo look}.
 */
final class NamespaceTraffic {
    /** Stands for all that are not told apart. No node is called so. */
    static final String OTHERS = "..";

    private static final int TOLD_APART_MAX = 256;
    private static final int SLOTS = 4 * TOLD_APART_MAX;
    private static final int STAT_BYTES = 68;

    /** Open addressing: a slot is filled once and never emptied. */
    private final AtomicReferenceArray<@Nullable Namespace> slots = new AtomicReferenceArray<>(SLOTS);

    private final Namespace others = new Namespace(OTHERS, new Distribution());

    // Confined to the writer.
    private int toldApart;

    private record Namespace(String name, Distribution bytes) {
        void reset() {
            bytes.reset();
        }
    }

    /** Counts a read that was answered. */
    void read(Request request, ReadAnswer answer) {
        Response response = answer.response();
        if (answer.error() != ErrorCode.OK || response == null) {
            return;
        }
        if (request instanceof Request.GetData get && response instanceof Response.Content content) {
            countRead(get.path(), size(content.bytes()));
        } else if (request instanceof Request.Exists exists) {
            countRead(exists.path(), 0);
        } else if (response instanceof Response.EncodedChildren children) {
            String path = request instanceof Request.GetChildren get
                    ? get.path()
                    : request instanceof Request.GetChildren2 get ? get.path() : "";
            countRead(path, namesBytes(children.names()));
        }
    }

    private void countRead(String path, long bytes) {
        count(path, path.length() + bytes + STAT_BYTES);
    }

    /** A vector: its length, and before each name its length, too. */
    private static long namesBytes(Bytes vector) {
        long count = (vector.at(0) & 0xff) << 24
                | (vector.at(1) & 0xff) << 16
                | (vector.at(2) & 0xff) << 8
                | vector.at(3) & 0xff;
        return vector.size() - Integer.BYTES * (1 + count);
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
        int at = (hash ^ hash >>> 16) & SLOTS - 1;
        for (Namespace each = slots.getPlain(at); each != null; each = slots.getPlain(at)) {
            if (each.name.length() == end - 1 && path.startsWith(each.name, 1)) {
                return each;
            }
            at = at + 1 & SLOTS - 1;
        }
        if (toldApart == TOLD_APART_MAX) {
            return others;
        }
        toldApart++;
        Namespace added = new Namespace(path.substring(1, end), new Distribution());
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
            if (summary.count() > 0) {
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
