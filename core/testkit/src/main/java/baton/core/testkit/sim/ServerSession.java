package baton.core.testkit.sim;

import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionId;
import baton.core.TriggerReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session as the store sees it: when it was heard of, and what it watches. */
final class ServerSession {
    private final SessionId id;
    private final Duration timeout;
    private final SimulatedStore store;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private final Set<Feed> feeds = new LinkedHashSet<>();
    /** What fired and has not reached the client: lost with a link, it is sent over the next. */
    private final Set<Runnable> undelivered = new LinkedHashSet<>();

    private long heardNanos;
    private @Nullable Link link;

    ServerSession(SessionId id, Duration timeout, SimulatedStore store) {
        this.id = id;
        this.timeout = timeout;
        this.store = store;
    }

    /** A one-shot trigger. */
    record Watch(NodePath path, boolean children, Consumer<TriggerReason> client) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A subscription. */
    record Feed(NodePath root, Depth depth, boolean withData, FeedClient client) {
        boolean covers(NodePath path) {
            switch (depth) {
                case NODE:
                    return path.equals(root);
                case CHILDREN:
                    return !path.isRoot() && path.parent().equals(root);
                case SUBTREE:
                    return path.isWithin(root) && !path.equals(root);
            }
            throw new AssertionError(depth);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** The client's end of a subscription. */
    interface FeedClient {
        void reset(List<Node> all, long revision);

        void put(Node node);

        void remove(NodePath path, long revision);
    }

    SessionId id() {
        return id;
    }

    int registrations() {
        return watches.size() + feeds.size();
    }

    void heard() {
        heardNanos = store.timeline().nowNanos();
    }

    Duration untilExpiry() {
        return Duration.ofNanos(
                Math.max(0, heardNanos + timeout.toNanos() - store.timeline().nowNanos()));
    }

    /** The client reached the store over a new link: what it missed is sent first. */
    void attach(Link fresh) {
        link = fresh;
        heard();
        undelivered.forEach(fresh::toClient);
        feeds.forEach(this::reset);
    }

    boolean isAttachedTo(Link other) {
        return link == other;
    }

    Watch watch(NodePath path, Consumer<TriggerReason> client) {
        return add(new Watch(path, false, client));
    }

    Watch watchChildren(NodePath directory, Consumer<TriggerReason> client) {
        return add(new Watch(directory, true, client));
    }

    void cancel(Watch watch) {
        watches.remove(watch);
    }

    /** Fires a watch without a cause that the client could see. */
    void fire(Watch watch, TriggerReason reason) {
        if (watches.remove(watch)) {
            store.triggerFired();
            deliver(watch, reason);
        }
    }

    void fireAll(TriggerReason reason) {
        List.copyOf(watches).forEach(watch -> fire(watch, reason));
    }

    Feed feed(NodePath root, Depth depth, boolean withData, FeedClient client) {
        Feed feed = new Feed(root, depth, withData, client);
        feeds.add(feed);
        reset(feed);
        return feed;
    }

    void cancel(Feed feed) {
        feeds.remove(feed);
    }

    void changed(StoreTree.Change change) {
        for (Watch watch : List.copyOf(watches)) {
            TriggerReason reason = reasonFor(watch, change);
            if (reason != null) {
                fire(watch, reason);
            }
        }
        for (Feed feed : feeds) {
            if (feed.covers(change.path())) {
                feed(feed, change);
            }
        }
    }

    /** The store ended it; tells the client if it can. */
    void ended() {
        watches.clear();
        feeds.clear();
        Link up = link;
        if (up != null) {
            up.sessionEnded();
        }
    }

    private Watch add(Watch watch) {
        watches.add(watch);
        return watch;
    }

    private void feed(Feed feed, StoreTree.Change change) {
        if (link == null || !link.isUp()) {
            // A reset follows with the next link.
            return;
        }
        if (change.kind() == StoreTree.Change.Kind.DELETED) {
            send(() -> feed.client().remove(change.path(), change.revision()));
        } else {
            // Gone again within the same transaction: its removal follows.
            store.tree().read(change.path()).ifPresent(node -> {
                Node shown = shown(feed, node);
                send(() -> feed.client().put(shown));
            });
        }
    }

    private void reset(Feed feed) {
        StoreTree tree = store.tree();
        List<Node> all = new ArrayList<>();
        if (feed.depth() == Depth.NODE) {
            tree.read(feed.root()).ifPresent(all::add);
        } else {
            all.addAll(feed.depth() == Depth.CHILDREN ? tree.children(feed.root()) : tree.below(feed.root()));
        }
        List<Node> shown = all.stream().map(node -> shown(feed, node)).toList();
        long revision = tree.revision();
        send(() -> feed.client().reset(shown, revision));
    }

    private static Node shown(Feed feed, Node node) {
        return feed.withData() ? node : new Node(node.path(), Payload.EMPTY, node.stat());
    }

    private void deliver(Watch watch, TriggerReason reason) {
        Runnable message = new Runnable() {
            @Override
            public void run() {
                undelivered.remove(this);
                watch.client().accept(reason);
            }
        };
        undelivered.add(message);
        send(message);
    }

    private void send(Runnable message) {
        Link up = link;
        if (up != null && up.isUp()) {
            up.toClient(message);
        }
    }

    private static @Nullable TriggerReason reasonFor(Watch watch, StoreTree.Change change) {
        if (watch.children()) {
            boolean child = !change.path().isRoot()
                    && change.path().parent().equals(watch.path())
                    && change.kind() != StoreTree.Change.Kind.WRITTEN;
            boolean itself = change.path().equals(watch.path()) && change.kind() != StoreTree.Change.Kind.WRITTEN;
            return child ? TriggerReason.CHILDREN : itself ? reason(change) : null;
        }
        return change.path().equals(watch.path()) ? reason(change) : null;
    }

    private static TriggerReason reason(StoreTree.Change change) {
        switch (change.kind()) {
            case CREATED:
                return TriggerReason.CREATED;
            case WRITTEN:
                return TriggerReason.CHANGED;
            case DELETED:
                return TriggerReason.DELETED;
        }
        throw new AssertionError(change);
    }
}
