package baton.client;

import baton.client.session.Outcome;
import baton.core.ChangeSink;
import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Subscription;
import baton.protocol.AddWatchMode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: a copy of what lies in its scope, kept like the store's by a persistent watch and reads.
 *
 * <p>The idea: the server sends the event of a change before any reply that shows it. So a read that is under way when
 * an event arrives will show the change, and one that was answered before must be repeated. Events only say where to
 * look; what is told to the sink is what reads found, except for deletions, which need no look.
 *
 * <p>At the start and after every gap the scope is read anew: the stat of every node known, the children of directories
 * whose list has changed, the data of what is new or was written. Meanwhile the copy is updated silently; when no read
 * is outstanding it is complete and goes to the sink as a whole. Lives on the delivery thread, but for {@link #close}.
 */
final class Following implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /** Reads on their way at a time. */
    private static final int READS_MAX = 128;

    /** Many followers of a large tree do not read it all at the same instant when their server comes back. */
    private static final int RESYNC_DELAY_MILLIS_MAX = 500;

    private record Known(Stat stat, Payload data) {}

    private record Read(String path, boolean listing) {}

    private final ZnodeClient client;
    private final PersistentWatches watches;
    private final NodePath root;
    private final Depth depth;
    private final boolean withData;
    private final ChangeSink sink;
    private final Consumer<Following> whenClosed;
    private final AddWatchMode mode;

    private final Map<String, Known> known = new TreeMap<>();
    private final ArrayDeque<Read> queue = new ArrayDeque<>();
    private final Set<Read> planned = new HashSet<>();
    private int reading;
    private int round;
    private boolean using;
    private boolean waiting;
    private boolean syncing;
    private long revision;

    private final Object sinkLock = new Object();
    private boolean closed; // Guarded by sinkLock.

    Following(
            ZnodeClient client,
            PersistentWatches watches,
            NodePath root,
            Depth depth,
            boolean withData,
            ChangeSink sink,
            Consumer<Following> whenClosed) {
        this.client = client;
        this.watches = watches;
        this.root = root;
        this.depth = depth;
        this.withData = withData;
        this.sink = sink;
        this.whenClosed = whenClosed;
        this.mode = depth == Depth.NODE ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE;
    }

    @Override
    public void close() {
        synchronized (sinkLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        client.deliver(this::stop);
    }

    private void stop() {
        whenClosed.accept(this);
        nextRound();
        if (using) {
            using = false;
            watches.release(root.toString(), mode);
        }
    }

    /** Reads anew after a random delay that grows with the number of nodes. */
    void resyncSoon() {
        nextRound();
        waiting = true;
        int plannedIn = round;
        int delayMax = Math.min(RESYNC_DELAY_MILLIS_MAX, 1 + known.size());
        client.deliverLater(
                () -> {
                    if (plannedIn == round) {
                        resync();
                    }
                },
                ThreadLocalRandom.current().nextInt(delayMax));
    }

    /** Reads anew. */
    void resync() {
        if (isClosed()) {
            return;
        }
        nextRound();
        waiting = false;
        syncing = true;
        if (!using) {
            using = true;
            watches.use(root.toString(), mode);
        }
        watches.register(root.toString(), mode);
        plan(new Read(root.toString(), depth != Depth.NODE));
        List.copyOf(known.keySet()).forEach(path -> plan(new Read(path, false)));
        pump();
    }

    private void nextRound() {
        round++;
        reading = 0;
        queue.clear();
        planned.clear();
    }

    /** Takes an event of the session, whether it concerns this subscription or not. */
    void event(WatchEvent event, long zxid) {
        if (!using || waiting || !isInScope(event.path())) {
            return;
        }
        if (event.type() == EventType.NODE_DELETED) {
            revision = Math.max(revision, zxid);
            forget(event.path());
        } else if (event.type() == EventType.NODE_CREATED || event.type() == EventType.NODE_DATA_CHANGED) {
            plan(new Read(event.path(), false));
            pump();
        }
    }

    private boolean isInScope(String path) {
        // Foreign nodes may have longer paths than a NodePath; they cannot be shown.
        if (path.length() > NodePath.BYTES_MAX / 3
                && path.getBytes(StandardCharsets.UTF_8).length > NodePath.BYTES_MAX) {
            return false;
        }
        return switch (depth) {
            case NODE -> path.equals(root.toString());
            case CHILDREN -> isBelowRoot(path) && path.indexOf('/', prefixLength()) < 0;
            case SUBTREE -> isBelowRoot(path);
        };
    }

    private boolean isBelowRoot(String path) {
        return path.length() > prefixLength()
                && path.startsWith(root.toString())
                && path.charAt(prefixLength() - 1) == '/';
    }

    private int prefixLength() {
        return root.isRoot() ? 1 : root.toString().length() + 1;
    }

    // ---- reads

    private void plan(Read read) {
        if (planned.add(read)) {
            queue.add(read);
        }
    }

    private void pump() {
        while (reading < READS_MAX && !queue.isEmpty()) {
            send(queue.remove());
        }
        if (syncing && reading == 0 && queue.isEmpty()) {
            syncing = false;
            tell(to -> to.reset(nodes(), revision));
        }
    }

    private void send(Read read) {
        if (read.listing()) {
            send(read, new Request.GetChildren2(read.path(), false));
        } else if (withData && !(syncing && known.containsKey(read.path()))) {
            send(read, new Request.GetData(read.path(), false));
        } else {
            send(read, new Request.Exists(read.path(), false));
        }
    }

    private void send(Read read, Request request) {
        reading++;
        int sentIn = round;
        client.send(request, outcome -> {
            if (sentIn == round) {
                reading--;
                replied(read, outcome);
            }
        });
    }

    private void replied(Read read, Outcome outcome) {
        if (outcome instanceof Outcome.Lost lost) {
            // The next resync starts over, if there is one.
            if (lost == Outcome.Lost.TOO_LARGE) {
                log.error("cannot follow root={}: listing of {} exceeds the reply limit", root, read.path());
                stop();
            }
            return;
        }
        planned.remove(read);
        if (outcome instanceof Outcome.Answered answered) {
            revision = Math.max(revision, answered.zxid());
            found(read, answered.response());
        } else {
            revision = Math.max(revision, ((Outcome.Refused) outcome).zxid());
            // Absent, or not to be read by this client, which comes to the same here.
            if (!read.listing()) {
                forget(read.path());
            }
        }
        pump();
    }

    private void found(Read read, Response response) {
        if (response instanceof Response.ChildrenWithStat children) {
            listed(read.path(), children.names());
        } else if (response instanceof Response.Content content) {
            remember(read.path(), content.stat(), NodeRequests.payload(content));
        } else {
            Stat stat = ((Response.StatOnly) response).stat();
            Known before = known.get(read.path());
            if (!withData) {
                remember(read.path(), stat, Payload.EMPTY);
            } else if (before != null && isSameState(before.stat(), stat)) {
                remember(read.path(), stat, before.data());
            } else {
                planned.add(read);
                send(read, new Request.GetData(read.path(), false));
            }
        }
    }

    private void remember(String path, Stat stat, Payload data) {
        Known before = known.put(path, new Known(stat, data));
        if (syncing) {
            boolean childrenChanged = before == null || before.stat().pzxid() != stat.pzxid();
            if (depth == Depth.SUBTREE && childrenChanged && stat.numChildren() > 0) {
                plan(new Read(path, true));
            }
        } else if (before == null || !isSameState(before.stat(), stat)) {
            Node node = node(path, stat, data);
            tell(to -> to.put(node));
        }
    }

    private void listed(String directory, List<String> names) {
        String prefix = directory.equals("/") ? "/" : directory + "/";
        for (String name : names) {
            if (!known.containsKey(prefix + name) && isInScope(prefix + name)) {
                plan(new Read(prefix + name, false));
            }
        }
    }

    private void forget(String path) {
        if (known.remove(path) != null && !syncing) {
            long at = revision;
            tell(to -> to.remove(NodePath.of(path), at));
        }
    }

    private static boolean isSameState(Stat before, Stat now) {
        return before.czxid() == now.czxid() && before.mzxid() == now.mzxid();
    }

    // ---- the sink

    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>(known.size());
        known.forEach((path, each) -> nodes.add(node(path, each.stat(), each.data())));
        return nodes;
    }

    private static Node node(String path, Stat stat, Payload data) {
        return new Node(NodePath.of(path), data, NodeRequests.stat(stat));
    }

    private boolean isClosed() {
        synchronized (sinkLock) {
            return closed;
        }
    }

    // The lock makes close() wait for a call that has begun.
    private void tell(Consumer<ChangeSink> call) {
        synchronized (sinkLock) {
            if (!closed) {
                call.accept(sink);
            }
        }
    }
}
