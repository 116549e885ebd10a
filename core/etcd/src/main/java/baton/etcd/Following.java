package baton.etcd;

import baton.core.ChangeSink;
import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Subscription;
import baton.etcd.state.Keys;
import baton.etcd.state.Nodes;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: the whole scope is read at one revision, and watched from the next one on; both begin anew after the
 * link was down and when the store has forgotten what happened in between. Keeps no copy: events carry all there is to
 * tell. Lives on the loop, but for {@link #close}.
 */
final class Following implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(Following.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    /** Many followers of a large directory do not read it all at the same instant when their member comes back. */
    private static final int RESYNC_DELAY_MILLIS_MAX = 500;

    private final Link link;
    private final WatchStream watches;
    private final Keys keys;
    private final CoreThreads threads;
    private final NodePath root;
    private final Depth depth;
    private final boolean withData;
    private final ChangeSink sink;
    private final Consumer<Following> whenClosed;
    private final ByteString first;
    private final ByteString end;

    private WatchStream.@Nullable Watch watch;
    private int round;
    private int known;

    private final Object sinkLock = new Object();
    private boolean closed; // Guarded by sinkLock.

    Following(
            Link link,
            WatchStream watches,
            Keys keys,
            CoreThreads threads,
            NodePath root,
            Depth depth,
            boolean withData,
            ChangeSink sink,
            Consumer<Following> whenClosed) {
        this.link = link;
        this.watches = watches;
        this.keys = keys;
        this.threads = threads;
        this.root = root;
        this.depth = depth;
        this.withData = withData;
        this.sink = sink;
        this.whenClosed = whenClosed;
        this.first = depth == Depth.NODE ? keys.key(root) : keys.prefix(root);
        this.end = depth == Depth.NODE ? ByteString.EMPTY : Keys.end(first);
    }

    @Override
    public void close() {
        synchronized (sinkLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        threads.execute(this::stop);
    }

    private void stop() {
        round++;
        unwatch();
        whenClosed.accept(this);
    }

    private void unwatch() {
        if (watch != null) {
            watches.close(watch);
            watch = null;
        }
    }

    /** The link is down: what is under way is of no use. */
    void unlinked() {
        round++;
        watch = null;
    }

    /** Reads anew after a random delay that grows with the number of nodes. */
    void resyncSoon() {
        int delayMax = Math.min(RESYNC_DELAY_MILLIS_MAX, 1 + known);
        later(Duration.ofMillis(ThreadLocalRandom.current().nextInt(delayMax)));
    }

    private void later(Duration delay) {
        int planned = ++round;
        threads.schedule(
                () -> {
                    if (planned == round) {
                        resync();
                    }
                },
                delay);
    }

    /** Reads anew. */
    void resync() {
        if (isClosed()) {
            return;
        }
        unwatch();
        int mine = ++round;
        RangeRead.start(link, first, end, withData, reply -> {
            if (mine == round) {
                read(reply);
            }
        });
    }

    private void read(Reply<RangeRead.Found> reply) {
        if (!reply.isOk()) {
            failed(reply.status());
            return;
        }
        List<Node> nodes = new ArrayList<>();
        reply.value().entries().forEach(entry -> {
            NodePath path = inScope(entry);
            if (path != null) {
                nodes.add(node(path, entry));
            }
        });
        known = nodes.size();
        long revision = reply.value().revision();
        tell(to -> to.reset(nodes, revision));
        watch = end.isEmpty()
                ? watches.open(first, revision + 1, new Receiver())
                : watches.open(first, end, revision + 1, new Receiver());
    }

    private void failed(Status status) {
        if (status.getCode() == Status.Code.PERMISSION_DENIED) {
            log.error("cannot follow root={} cause={}", root, Refusals.text(status));
            return;
        }
        if (!Refusals.isCompacted(status)) {
            log.warn("cannot read root={} cause={}; tries again", root, Refusals.text(status));
        }
        later(RETRY_PAUSE);
    }

    private @Nullable NodePath inScope(KeyValue entry) {
        NodePath path = keys.path(entry.getKey()).orElse(null);
        if (path == null || (depth == Depth.CHILDREN && !path.parent().equals(root))) {
            return null;
        }
        return path;
    }

    private Node node(NodePath path, KeyValue entry) {
        return withData ? Nodes.node(path, entry) : Nodes.bare(path, entry);
    }

    private final class Receiver implements WatchStream.Receiver {
        @Override
        public void changed(List<Event> changes) {
            for (Event change : changes) {
                NodePath path = inScope(change.getKv());
                if (path == null) {
                    continue;
                }
                if (change.getType() == Event.EventType.DELETE) {
                    long revision = change.getKv().getModRevision();
                    tell(to -> to.remove(path, revision));
                } else {
                    Node node = node(path, change.getKv());
                    tell(to -> to.put(node));
                }
            }
        }

        @Override
        public void ended(String reason) {
            watch = null;
            log.info("begins anew to follow root={} cause={}", root, reason);
            later(RETRY_PAUSE);
        }
    }

    private boolean isClosed() {
        synchronized (sinkLock) {
            return closed;
        }
    }

    // The lock makes close() wait for a call that has begun.
    private void tell(Consumer<ChangeSink> call) {
        threads.deliver(() -> {
            synchronized (sinkLock) {
                if (!closed) {
                    call.accept(sink);
                }
            }
        });
    }
}
