package baton.server.watch;

import baton.protocol.EventType;
import baton.protocol.WatcherType;
import baton.server.tree.PathHash;
import baton.server.tree.Znode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * All watches of a server, by path.
 *
 * <p>Which watches an event concerns:
 *
 * <pre>
 *                         at the path itself                     at its ancestors
 * NODE_CREATED            DATA (ends), PERSISTENT, RECURSIVE     RECURSIVE
 * NODE_DATA_CHANGED       DATA (ends), PERSISTENT, RECURSIVE     RECURSIVE
 * NODE_DELETED            all; DATA and CHILDREN end             RECURSIVE
 * NODE_CHILDREN_CHANGED   CHILDREN (ends), PERSISTENT            -
 * </pre>
 *
 * <p>A watcher is named at most once an event, however many of its watches match; the order is that of registration,
 * first at the path itself, then from its parent up to the root.
 *
 * <p>Thread-safe: paths are spread over stripes, each with its own lock, and no two locks of stripes are ever held
 * together. That a watch is registered before or after a change, and never beside it, is not decided here: whoever
 * registers holds the tree's read gate, and whoever fires has closed it.
 *
 * @param <W> the watchers
 */
public final class WatchTable<W extends Watcher> {
    private static final int STRIPE_BITS = 6;
    private static final int STRIPES = 1 << STRIPE_BITS;
    private static final int ONCE = WatchMode.DATA.bit() | WatchMode.CHILDREN.bit();

    private final List<Stripe<W>> stripes = new ArrayList<>(STRIPES);

    private final Object recursiveLock = new Object();

    // Number of recursive watches, written under recursiveLock: while there are none, ancestors need not be asked.
    private volatile int recursive;

    private final PathHash hashes;
    private final WatchBounds bounds;
    private final int perStripeMax;
    private final long perStripeBytesMax;

    /** Makes a table without limits. */
    public WatchTable(PathHash hashes) {
        this(hashes, WatchBounds.NONE);
    }

    /**
     * @param hashes those of the nodes' paths
     * @param bounds of all watchers together a stripe takes its share in any case, so if paths spread unevenly it can become
     *     up to twice as many
     */
    public WatchTable(PathHash hashes, WatchBounds bounds) {
        this.hashes = hashes;
        this.bounds = bounds;
        this.perStripeMax = Math.max(1, bounds.max() / STRIPES);
        this.perStripeBytesMax = bounds.bytesMax() / STRIPES;
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new Stripe<>(hashes));
        }
    }

    /**
     * Registers a watch; doing it twice makes no difference, and doing it for a watcher that has gone does nothing.
     *
     * @return false if that is a watch too many: it is not registered then
     */
    public boolean add(String path, W watcher, WatchMode mode) {
        return add(utf8(path), watcher, mode);
    }

    /**
     * Registers a watch of a path in UTF-8.
     *
     * @param path kept, and never changed by anybody
     * @return false if that is a watch too many: it is not registered then
     */
    public boolean add(byte[] path, W watcher, WatchMode mode) {
        return addKey(path, watcher, mode);
    }

    /**
     * Registers a watch of a node's path. Until it is {@linkplain #fire told} that the node is deleted, the table has the
     * path from it.
     *
     * @param node in the tree
     * @return false if that is a watch too many: it is not registered then
     */
    public boolean add(Znode node, W watcher, WatchMode mode) {
        return addKey(node, watcher, mode);
    }

    private boolean addKey(Object key, W watcher, WatchMode mode) {
        int hash = PathKey.hash(key, hashes);
        Stripe<W> stripe = stripe(hash);
        synchronized (stripe) {
            boolean isNew = stripe.modes(key, hash, watcher) == 0;
            if (isNew && (isTooMany(stripe, watcher, key) || !stripe.has(key, hash) && isTooLong(stripe, key))) {
                return false;
            }
            int before = stripe.recursiveCount();
            stripe.add(key, hash, watcher, mode);
            countRecursive(before, stripe.recursiveCount());
            return true;
        }
    }

    private boolean isTooMany(Stripe<W> stripe, W watcher, Object key) {
        return !watcher.watchedPaths().hasRoom(PathKey.length(key), bounds) || isFull(stripe);
    }

    /** As with their number: a stripe may go beyond its share as long as the others leave room. */
    private boolean isTooLong(Stripe<W> stripe, Object key) {
        int moreBytes = PathKey.length(key);
        return stripe.pathBytes() + moreBytes > perStripeBytesMax && pathBytes() + moreBytes > bounds.bytesMax();
    }

    /** Number of bytes of the watched paths, each counted once. */
    long pathBytes() {
        long bytes = 0;
        for (Stripe<W> each : stripes) {
            bytes += each.pathBytes();
        }
        return bytes;
    }

    /** Many may watch one path, so a stripe may go beyond its share as long as the others leave room. */
    private boolean isFull(Stripe<W> stripe) {
        if (stripe.entryCount() < perStripeMax) {
            return false;
        }
        long entries = 0;
        for (Stripe<W> each : stripes) {
            entries += each.entryCount();
        }
        return entries >= bounds.max();
    }

    /**
     * Ends the watches the event ends, and returns everybody it concerns; if there is anybody, in a list of the caller's.
     *
     * @param at the node it happens to, which has just left the tree if it is deleted
     */
    public List<W> fire(EventType type, Znode at) {
        int selected = selected(type);
        List<W> concerned = new ArrayList<>();
        int hash = at.pathHash();
        Stripe<W> stripe = stripe(hash);
        synchronized (stripe) {
            stripe.fire(at, hash, selected, selected & ONCE, concerned);
            if (type == EventType.NODE_DELETED) {
                // Whoever still watches the path goes on without the node, which would else be kept with its data.
                stripe.forgetNode(at, hash);
            }
        }
        return (selected & WatchMode.RECURSIVE.bit()) != 0 && recursive > 0 ? withAncestors(at, concerned) : concerned;
    }

    /**
     * Says whether certainly nobody watches the path of the node, nor anything above it. What most changes find: it looks at
     * no path.
     */
    public boolean isUnwatched(Znode node) {
        return recursive == 0 && stripe(node.pathHash()).entryCount() == 0;
    }

    private static int selected(EventType type) {
        return switch (type) {
            case NODE_CREATED, NODE_DATA_CHANGED ->
                WatchMode.DATA.bit() | WatchMode.PERSISTENT.bit() | WatchMode.RECURSIVE.bit();
            case NODE_DELETED -> WatchMode.ALL;
            case NODE_CHILDREN_CHANGED -> WatchMode.CHILDREN.bit() | WatchMode.PERSISTENT.bit();
            case NONE, DATA_WATCH_REMOVED, CHILD_WATCH_REMOVED, PERSISTENT_WATCH_REMOVED ->
                throw new IllegalArgumentException(type + " does not happen to nodes");
        };
    }

    /** Looks at each node above only for whether it is watched: it knows its hash, and its path is not looked at. */
    private List<W> withAncestors(Znode at, List<W> concerned) {
        List<W> above = new ArrayList<>();
        for (Znode each = at.parent(); each != null; each = each.parent()) {
            int hash = each.pathHash();
            Stripe<W> stripe = stripe(hash);
            if (stripe.entryCount() > 0) {
                synchronized (stripe) {
                    stripe.fireAt(each, hash, WatchMode.RECURSIVE.bit(), above);
                }
            }
        }
        if (above.isEmpty()) {
            return concerned;
        }
        LinkedHashSet<W> all = new LinkedHashSet<>(concerned);
        all.addAll(above);
        return new ArrayList<>(all);
    }

    /** Says whether the watcher has a watch of the type on exactly this path. */
    public boolean has(String path, W watcher, WatcherType type) {
        byte[] utf8 = utf8(path);
        int hash = hashes.of(utf8);
        Stripe<W> stripe = stripe(hash);
        synchronized (stripe) {
            return (stripe.modes(utf8, hash, watcher) & WatchMode.bitsOf(type)) != 0;
        }
    }

    /** Removes the watcher's watches of the type on exactly this path, and says whether there were any. */
    public boolean remove(String path, W watcher, WatcherType type) {
        return remove(utf8(path), watcher, WatchMode.bitsOf(type));
    }

    private boolean remove(Object key, W watcher, int dropped) {
        int hash = PathKey.hash(key, hashes);
        Stripe<W> stripe = stripe(hash);
        synchronized (stripe) {
            int before = stripe.recursiveCount();
            boolean removed = stripe.remove(key, hash, watcher, dropped);
            countRecursive(before, stripe.recursiveCount());
            return removed;
        }
    }

    /** Removes all watches of a watcher that has gone; it can have none any more. */
    public void removeAll(W watcher) {
        for (Object key : watcher.watchedPaths().close()) {
            remove(key, watcher, WatchMode.ALL);
        }
    }

    /**
     * Shows each path, in no order, with those who watch the node itself, not its children alone. Nobody has to wait for the
     * visitor, who sees the paths of each stripe as of one moment.
     */
    public void forEachOnData(BiConsumer<String, List<W>> visitor) {
        for (Stripe<W> stripe : stripes) {
            List<Runnable> seen = new ArrayList<>();
            synchronized (stripe) {
                stripe.forEachOnData((key, watchers) -> {
                    String path = new String(PathKey.utf8(key), StandardCharsets.UTF_8);
                    seen.add(() -> visitor.accept(path, watchers));
                });
            }
            seen.forEach(Runnable::run);
        }
    }

    /** Shows the same without the paths, which takes less. */
    public void forEachOnData(Consumer<List<W>> visitor) {
        for (Stripe<W> stripe : stripes) {
            List<List<W>> seen = new ArrayList<>();
            synchronized (stripe) {
                stripe.forEachOnData((key, watchers) -> seen.add(watchers));
            }
            seen.forEach(visitor);
        }
    }

    /**
     * Number of paths that watchers watch themselves, and of those whose children they watch: so a persistent watch counts
     * as two, and several of one watcher on one side of a path as one.
     */
    public int count() {
        int count = 0;
        for (Stripe<W> stripe : stripes) {
            synchronized (stripe) {
                count += stripe.count();
            }
        }
        return count;
    }

    /** Number of paths watched. */
    public int pathCount() {
        int count = 0;
        for (Stripe<W> stripe : stripes) {
            synchronized (stripe) {
                count += stripe.pathCount();
            }
        }
        return count;
    }

    private void countRecursive(int before, int after) {
        if (after != before) {
            synchronized (recursiveLock) {
                recursive += after - before;
            }
        }
    }

    private Stripe<W> stripe(int hash) {
        return stripes.get(hash >>> Integer.SIZE - STRIPE_BITS);
    }

    private static byte[] utf8(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
