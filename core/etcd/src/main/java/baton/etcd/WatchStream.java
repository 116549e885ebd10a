package baton.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one stream by which a session watches keys, however many.
 *
 * <p>etcd gives watches their ids; it confirms them in the order in which they were asked for. When the link goes down all
 * watches are gone, and who needs them opens them again. Lives on the loop.
 */
final class WatchStream {
    /** Who hears of changes. Nothing comes after {@link #close}, or after {@code ended}. */
    interface Receiver {
        /** In the order of revisions. */
        void changed(List<Event> changes);

        /** The store has ended the watch: the revision was compacted, or this client may not look there. */
        void ended(String reason);
    }

    /** One watch. */
    static final class Watch {
        private final Receiver receiver;
        private boolean closed;
        private long id = -1;

        private Watch(Receiver receiver) {
            this.receiver = receiver;
        }
    }

    private final Link link;
    private final Queue<Watch> unconfirmed = new ArrayDeque<>();
    private final Map<Long, Watch> confirmed = new HashMap<>();
    private @Nullable StreamObserver<WatchRequest> requests;

    WatchStream(Link link) {
        this.link = link;
    }

    /** Watches one key. */
    Watch open(ByteString key, long fromRevision, Receiver receiver) {
        return open(WatchCreateRequest.newBuilder().setKey(key).setStartRevision(fromRevision), receiver);
    }

    /** Watches all keys from one up to but not including another. The link must be up. */
    Watch open(ByteString key, ByteString end, long fromRevision, Receiver receiver) {
        return open(
                WatchCreateRequest.newBuilder().setKey(key).setRangeEnd(end).setStartRevision(fromRevision), receiver);
    }

    private Watch open(WatchCreateRequest.Builder create, Receiver receiver) {
        if (requests == null) {
            requests = link.stream(WatchGrpc.getWatchMethod(), this::answered);
        }
        Watch watch = new Watch(receiver);
        unconfirmed.add(watch);
        requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
        return watch;
    }

    /** Ends a watch. Idempotent. */
    void close(Watch watch) {
        if (!watch.closed) {
            watch.closed = true;
            if (watch.id >= 0) {
                cancel(watch);
            }
        }
    }

    private void cancel(Watch watch) {
        // An unknown id is one that the link took along.
        if (requests != null && confirmed.get(watch.id) == watch) {
            WatchCancelRequest cancel =
                    WatchCancelRequest.newBuilder().setWatchId(watch.id).build();
            requests.onNext(WatchRequest.newBuilder().setCancelRequest(cancel).build());
        }
    }

    /** The link is down. */
    void unlinked() {
        requests = null;
        unconfirmed.clear();
        confirmed.clear();
    }

    /** Ends the stream. */
    void end() {
        StreamObserver<WatchRequest> open = requests;
        unlinked();
        if (open != null) {
            open.onCompleted();
        }
    }

    private void answered(WatchResponse answer) {
        if (requests == null) {
            return;
        }
        if (answer.getCreated()) {
            confirmed(answer);
            return;
        }
        Watch watch = confirmed.get(answer.getWatchId());
        if (watch == null) {
            return;
        }
        if (answer.getCanceled()) {
            confirmed.remove(answer.getWatchId());
            tell(watch, receiver -> receiver.ended(reason(answer)));
        } else if (answer.getEventsCount() > 0) {
            tell(watch, receiver -> receiver.changed(answer.getEventsList()));
        }
    }

    private void confirmed(WatchResponse answer) {
        Watch watch = unconfirmed.remove();
        if (answer.getCanceled()) {
            tell(watch, receiver -> receiver.ended(reason(answer)));
            return;
        }
        watch.id = answer.getWatchId();
        confirmed.put(watch.id, watch);
        if (watch.closed) {
            cancel(watch);
        }
    }

    private static void tell(Watch watch, Consumer<Receiver> what) {
        if (!watch.closed) {
            what.accept(watch.receiver);
        }
    }

    private static String reason(WatchResponse answer) {
        return answer.getCompactRevision() > 0
                ? "compacted up to revision " + answer.getCompactRevision()
                : answer.getCancelReason();
    }
}
