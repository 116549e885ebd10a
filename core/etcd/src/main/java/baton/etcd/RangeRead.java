package baton.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads all keys of a range at one revision, page by page. Lives on the loop. */
final class RangeRead {
    private static final int PAGE_OF_KEYS = 5_000;
    private static final int PAGE_WITH_DATA = 256;
    private static final ByteString LEAST = ByteString.copyFrom(new byte[1]);

    /** What was found. */
    record Found(List<KeyValue> entries, long revision) {}

    private final Link link;
    private final ByteString end;
    private final boolean withData;
    private final Consumer<Reply<Found>> then;
    private final List<KeyValue> entries = new ArrayList<>();
    private long revision;

    private RangeRead(Link link, ByteString end, boolean withData, Consumer<Reply<Found>> then) {
        this.link = link;
        this.end = end;
        this.withData = withData;
        this.then = then;
    }

    /** Reads from {@code first} up to but not including {@code end}; one key alone if {@code end} is empty. */
    static void start(Link link, ByteString first, ByteString end, boolean withData, Consumer<Reply<Found>> then) {
        new RangeRead(link, end, withData, then).page(first);
    }

    private void page(ByteString first) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(first)
                .setRangeEnd(end)
                .setLimit(withData ? PAGE_WITH_DATA : PAGE_OF_KEYS)
                .setKeysOnly(!withData)
                // Zero is the latest, confirmed by the leader.
                .setRevision(revision)
                .build();
        link.call(KVGrpc.getRangeMethod(), request, this::read);
    }

    private void read(Reply<RangeResponse> reply) {
        if (!reply.isOk()) {
            then.accept(Reply.failed(reply.status()));
            return;
        }
        RangeResponse page = reply.value();
        if (revision == 0) {
            revision = page.getHeader().getRevision();
        }
        entries.addAll(page.getKvsList());
        if (!page.getMore()) {
            then.accept(Reply.of(new Found(entries, revision)));
        } else if (page.getKvsCount() == 0) {
            then.accept(Reply.failed(Status.INTERNAL.withDescription("an empty page that is not the last")));
        } else {
            page(page.getKvs(page.getKvsCount() - 1).getKey().concat(LEAST));
        }
    }
}
