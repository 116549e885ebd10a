package baton.server.watch;

import baton.protocol.EventType;
import baton.protocol.WatcherType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

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
    private static final int STRIPES = 64;
    private static final int ON_DATA = WatchMode.DATA.bit() | WatchMode.PERSISTENT.bit() | WatchMode.RECURSIVE.bit();
    private static final int ON_CHILDREN = WatchMode.CHILDREN.bit() | WatchMode.PERSISTENT.bit();

    /** The paths of one stripe, and for each who watches it in which modes. */
    private static final class Stripe<W> {
        // Written under the stripe's lock.
        volatile int entries;

        final Map<String, LinkedHashMap<W, Integer>> watches = new HashMap<>();
    }

    private final List<Stripe<W>> stripes = new ArrayList<>(STRIPES);

    private final Object recursiveLock = new Object();

    // Number of recursive watches, guarded by recursiveLock: while there are none, ancestors need not be asked.
    private int recursive;

    private final int perWatcherMax;
    private final int max;
    private final int perStripeMax;

    /** Makes a table without limits. */
    public WatchTable() {
        this(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * @param perWatcherMax how many paths one watcher may watch
     * @param max how many paths may be watched, each counted once for each of its watchers. A stripe takes its share
     *     in any case, so if paths spread unevenly it can become up to twice as many
     */
    public WatchTable(int perWatcherMax, int max) {
        this.perWatcherMax = perWatcherMax;
        this.max = max;
        this.perStripeMax = Math.max(1, max / STRIPES);
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new Stripe<>());
        }
    }

    /**
     * Registers a watch; doing it twice makes no difference, and doing it for a watcher that has gone does nothing.
     *
     * @return false if that is a watch too many: it is not registered then
     */
    public boolean add(String path, W watcher, WatchMode mode) {
        Stripe<W> stripe = stripe(path);
        synchronized (stripe) {
            int before = bits(stripe, path, watcher);
            if (before == 0 && (isFull(stripe) || watcher.watchedPaths().size() >= perWatcherMax)) {
                return false;
            }
            if (!watcher.watchedPaths().add(path)) {
                return true;
            }
            stripe.watches.computeIfAbsent(path, p -> new LinkedHashMap<>(2)).put(watcher, before | mode.bit());
            if (before == 0) {
                stripe.entries++;
            }
            countRecursive(before, before | mode.bit());
            return true;
        }
    }

    /** Many may watch one path, so a stripe may go beyond its share as long as the others leave room. */
    private boolean isFull(Stripe<W> stripe) {
        if (stripe.entries < perStripeMax) {
            return false;
        }
        long entries = 0;
        for (Stripe<W> each : stripes) {
            entries += each.entries;
        }
        return entries >= max;
    }

    /** Ends the watches the event ends, and returns everybody it concerns. */
    public List<W> fire(EventType type, String path) {
        int selected = selected(type);
        List<W> concerned = new ArrayList<>();
        Stripe<W> stripe = stripe(path);
        synchronized (stripe) {
            Map<W, Integer> watchers = stripe.watches.get(path);
            if (watchers != null) {
                select(stripe, path, watchers, selected, concerned);
            }
        }
        return (selected & WatchMode.RECURSIVE.bit()) != 0 && hasRecursive()
                ? withAncestors(path, concerned)
                : concerned;
    }

    /** A hundred thousand may watch one node, and the writer waits: each is looked up once. */
    private static <W extends Watcher> void select(
            Stripe<W> stripe, String path, Map<W, Integer> watchers, int selected, List<W> concerned) {
        int ended = selected & (WatchMode.DATA.bit() | WatchMode.CHILDREN.bit());
        Iterator<Map.Entry<W, Integer>> all = watchers.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<W, Integer> each = all.next();
            int bits = each.getValue();
            if ((bits & selected) == 0) {
                continue;
            }
            concerned.add(each.getKey());
            int after = bits & ~ended;
            if (after == 0) {
                each.getKey().watchedPaths().remove(path);
                stripe.entries--;
                all.remove();
            } else if (after != bits) {
                each.setValue(after);
            }
        }
        if (watchers.isEmpty()) {
            stripe.watches.remove(path);
        }
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

    private List<W> withAncestors(String path, List<W> concerned) {
        LinkedHashSet<W> all = new LinkedHashSet<>(concerned);
        int slash = path.length() > 1 ? path.lastIndexOf('/') : -1;
        while (slash >= 0) {
            String ancestor = slash == 0 ? "/" : path.substring(0, slash);
            Stripe<W> stripe = stripe(ancestor);
            synchronized (stripe) {
                Map<W, Integer> watchers = stripe.watches.getOrDefault(ancestor, new LinkedHashMap<>());
                watchers.forEach((watcher, bits) -> {
                    if ((bits & WatchMode.RECURSIVE.bit()) != 0) {
                        all.add(watcher);
                    }
                });
            }
            slash = slash == 0 ? -1 : path.lastIndexOf('/', slash - 1);
        }
        return new ArrayList<>(all);
    }

    /** Says whether the watcher has a watch of the type on exactly this path. */
    public boolean has(String path, W watcher, WatcherType type) {
        Stripe<W> stripe = stripe(path);
        synchronized (stripe) {
            return (bits(stripe, path, watcher) & WatchMode.bitsOf(type)) != 0;
        }
    }

    /** Removes the watcher's watches of the type on exactly this path, and says whether there were any. */
    public boolean remove(String path, W watcher, WatcherType type) {
        Stripe<W> stripe = stripe(path);
        synchronized (stripe) {
            return drop(stripe, path, watcher, WatchMode.bitsOf(type));
        }
    }

    /** Removes all watches of a watcher that has gone; it can have none any more. */
    public void removeAll(W watcher) {
        for (String path : watcher.watchedPaths().close()) {
            remove(path, watcher, WatcherType.ANY);
        }
    }

    /** Shows each path and watcher of which any of the watches looks at the node itself, not at its children alone. */
    public void forEachOnData(BiConsumer<String, W> visitor) {
        for (Stripe<W> stripe : stripes) {
            Map<String, List<W>> seen = new LinkedHashMap<>();
            synchronized (stripe) {
                stripe.watches.forEach((path, watchers) -> watchers.forEach((watcher, bits) -> {
                    if ((bits & ON_DATA) != 0) {
                        seen.computeIfAbsent(path, p -> new ArrayList<>(1)).add(watcher);
                    }
                }));
            }
            seen.forEach((path, watchers) -> watchers.forEach(watcher -> visitor.accept(path, watcher)));
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
                for (Map<W, Integer> watchers : stripe.watches.values()) {
                    for (int bits : watchers.values()) {
                        count += ((bits & ON_DATA) == 0 ? 0 : 1) + ((bits & ON_CHILDREN) == 0 ? 0 : 1);
                    }
                }
            }
        }
        return count;
    }

    /** Number of paths watched. */
    public int pathCount() {
        int count = 0;
        for (Stripe<W> stripe : stripes) {
            synchronized (stripe) {
                count += stripe.watches.size();
            }
        }
        return count;
    }

    private boolean drop(Stripe<W> stripe, String path, W watcher, int dropped) {
        int before = bits(stripe, path, watcher);
        int after = before & ~dropped;
        if (after == before) {
            return false;
        }
        Map<W, Integer> watchers = stripe.watches.getOrDefault(path, new LinkedHashMap<>());
        if (after != 0) {
            watchers.put(watcher, after);
        } else {
            watchers.remove(watcher);
            stripe.entries--;
            watcher.watchedPaths().remove(path);
            if (watchers.isEmpty()) {
                stripe.watches.remove(path);
            }
        }
        countRecursive(before, after);
        return true;
    }

    private int bits(Stripe<W> stripe, String path, W watcher) {
        Map<W, Integer> watchers = stripe.watches.get(path);
        return watchers == null ? 0 : watchers.getOrDefault(watcher, 0);
    }

    private void countRecursive(int before, int after) {
        int change = (after >> WatchMode.RECURSIVE.ordinal() & 1) - (before >> WatchMode.RECURSIVE.ordinal() & 1);
        if (change != 0) {
            synchronized (recursiveLock) {
                recursive += change;
            }
        }
    }

    private boolean hasRecursive() {
        synchronized (recursiveLock) {
            return recursive > 0;
        }
    }

    private Stripe<W> stripe(String path) {
        int hash = path.hashCode();
        return stripes.get((hash ^ hash >>> 16) & STRIPES - 1);
    }
}
