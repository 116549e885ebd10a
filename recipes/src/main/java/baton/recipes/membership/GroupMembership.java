package baton.recipes.membership;

import baton.core.CoordinationException;
import baton.core.Created;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.Listeners;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import baton.recipes.node.PersistentNodeListener;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import baton.recipes.view.Children;
import baton.recipes.view.ChildrenView;
import baton.recipes.view.ViewOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group: who is in it, and, if given a member id, being in it.
 *
 * <p>Views of one client move forward. Two clients may see different members at the same moment, and a member that died
 * is seen until its session times out: a view is no lock. Our own disconnection never empties the view, it makes it
 * stale.
 *
 * <p>Every client sees every change, so a group of N costs N reads a change. Above some 500 members use {@link
 * MembershipOptions#withoutPayloads} or {@link MembershipOptions#observe}. Safe for use by many threads; only the {@code await} methods block.
 */
public final class GroupMembership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMembership.class);
    private static final String KIND = "GroupMembership";
    private static final int STALE_TIMEOUTS = 5;

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final @Nullable String memberId;
    private final MembershipOptions options;
    private final Duration staleLimit;
    private final Strand strand;
    private final ChildrenView children;
    private final Listeners<MembershipListener> listeners;
    private final OpenRecipe entry = new Entry();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** Writer: the strand. */
    private volatile Seen seen;
    /** Writer: the strand. Completes at the next change. */
    private volatile CompletableFuture<Boolean> nextChange = new CompletableFuture<>();
    /** Writer: the strand. Why the store refused us; empty if it did not. */
    private volatile String lastError = "";
    /** Writer: the strand. */
    private volatile MemberState state = MemberState.OUTSIDE;
    /** Writer: who closes it. */
    private volatile boolean closed;

    // Confined to the strand.
    private Payload payload;
    private @Nullable PersistentNode node;
    private CompletionStage<Void> lastLeft = CompletableFuture.completedFuture(null);
    private final List<CompletableFuture<Void>> joining = new ArrayList<>();
    private Set<String> foreign = Set.of();
    private Scheduler.Timer staleTimer = () -> {};

    /** Members and the children they were read from. */
    private record Seen(Map<String, Member> members, Children children) {
        MembershipView at(long nowNanos) {
            return new MembershipView(members, children.revision(), children.stale(), children.age(nowNanos));
        }
    }

    /** Looks on only. */
    public GroupMembership(CoordinationClient client, String path) {
        this(client, path, null, Payload.EMPTY, MembershipOptions.DEFAULTS);
    }

    /** Looks on, and can join under {@code memberId}. */
    public GroupMembership(CoordinationClient client, String path, String memberId, Payload payload) {
        this(client, path, memberId, payload, MembershipOptions.DEFAULTS);
    }

    /**
     * As the others, with options.
     *
     * @param memberId null to look on only
     * @throws IllegalArgumentException if path or id cannot be names of nodes
     */
    public GroupMembership(
            CoordinationClient client,
            String path,
            @Nullable String memberId,
            Payload payload,
            MembershipOptions options) {
        this.runtime = client.runtime();
        this.directory = NodePath.of(path);
        this.memberId = memberId == null ? null : directory.child(memberId).name();
        this.payload = payload;
        this.options = options;
        this.staleLimit = options.staleLimit()
                .orElseGet(() -> runtime.settings().session().timeout().multipliedBy(STALE_TIMEOUTS));
        this.strand = runtime.newStrand("group " + directory);
        this.listeners = runtime.listeners(KIND);
        this.children = new ChildrenView(
                runtime,
                strand,
                directory,
                new ViewOptions(KIND, options.payloads(), options.sample()),
                new Onlooker());
        this.seen = new Seen(Map.of(), children.current());
    }

    /**
     * Begins to look on; joins nothing. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     * @throws ClosedException if this or the client is closed
     */
    public GroupMembership start() {
        ensureOpen();
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("group " + directory + " was started before");
        }
        runtime.opened(entry);
        children.start();
        strand.execute(this::armStaleTimer);
        return this;
    }

    /**
     * Enters the group, and stays in it across sessions until {@link #leave}.
     *
     * @return completes when our own view shows us; on the listener executor
     * @throws IllegalStateException if there is no member id, or it was not started
     */
    public CompletionStage<Void> join() {
        ensureOpen();
        String id = memberId;
        if (id == null) {
            throw new IllegalStateException("group " + directory + " is only looked on: give a member id to join it");
        }
        if (!started.get()) {
            throw new IllegalStateException("group " + directory + " must be started before joining");
        }
        CompletableFuture<Void> joined = new CompletableFuture<>();
        strand.execute(() -> {
            if (closed) {
                joined.completeExceptionally(closedException());
                return;
            }
            joining.add(joined);
            if (node == null) {
                enter(directory.child(id));
            } else {
                checkJoined();
            }
        });
        return runtime.handOver(joined);
    }

    /** Leaves the group; completes, on the listener executor, when the store confirmed it. */
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        strand.execute(() -> {
            leaveNow(new IllegalStateException("left group " + directory + " before having joined"));
            lastLeft.whenComplete(Waiting.into(left));
        });
        return runtime.handOver(left);
    }

    /** Says something else of ourselves. Completes when that or newer is stored; at once while not in the group. */
    public CompletionStage<Void> setThisData(Payload data) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        strand.execute(() -> {
            payload = data;
            PersistentNode mine = node;
            if (closed) {
                stored.completeExceptionally(closedException());
            } else if (mine == null) {
                stored.complete(null);
            } else {
                mine.setData(data).<Void>thenApply(stat -> null).whenComplete(Waiting.into(stored));
            }
        });
        return runtime.handOver(stored);
    }

    /** Who is in it, as far as we know. */
    public MembershipView view() {
        return seen.at(runtime.scheduler().nowNanos());
    }

    public MemberState state() {
        return state;
    }

    /** Waits until the group was seen for the first time; false if time ran out. */
    public boolean awaitInitial(Duration timeout) throws InterruptedException {
        return await(view -> true, timeout);
    }

    /**
     * Waits until the number of members is as wanted; false if time ran out.
     *
     * @throws ClosedException if it is closed meanwhile
     */
    public boolean awaitSize(IntPredicate wanted, Duration timeout) throws InterruptedException {
        return await(members -> wanted.test(members.members().size()), timeout);
    }

    public void addListener(MembershipListener listener) {
        listeners.add(listener);
    }

    public void addListener(MembershipListener listener, Executor on) {
        listeners.add(listener, on);
    }

    public void removeListener(MembershipListener listener) {
        listeners.remove(listener);
    }

    public Description describe() {
        return entry.describe();
    }

    /** Leaves, then stops looking on. Idempotent; never waits for the store. */
    @Override
    public void close() {
        closing();
    }

    private CompletionStage<Void> closing() {
        if (!closed) {
            closed = true;
            strand.execute(() -> {
                leaveNow(closedException());
                lastLeft.whenComplete(Waiting.into(gone));
                children.close();
                staleTimer.cancel();
                nextChange.completeExceptionally(closedException());
                runtime.closed(entry);
            });
        }
        return gone.copy();
    }

    private boolean await(Predicate<Seen> wanted, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(runtime.scheduler(), timeout);
        while (true) {
            // Taken before the look: a change after the look completes it.
            CompletableFuture<Boolean> change = nextChange;
            Seen now = seen;
            if (now.children().loaded() && wanted.test(now)) {
                return true;
            }
            if (Waiting.atMost(deadline.remaining(runtime.scheduler()), change).isEmpty()) {
                return false;
            }
        }
    }

    private void enter(NodePath path) {
        NodeOptions upkeep = NodeOptions.DEFAULTS.withConflict(options.duplicates());
        PersistentNode fresh = new PersistentNode(runtime, NodeMode.EPHEMERAL, path, payload, upkeep);
        fresh.addListener(new Upkeep(fresh));
        node = fresh;
        state = MemberState.JOINING;
        // The deletion of our last node must not meet this one.
        lastLeft.whenComplete((left, unconfirmed) -> strand.execute(() -> begin(fresh)));
    }

    private void begin(PersistentNode fresh) {
        if (node != fresh) {
            return;
        }
        try {
            fresh.start();
        } catch (ClosedException clientClosed) {
            leaveNow(clientClosed);
        }
    }

    private void leaveNow(RuntimeException reason) {
        PersistentNode old = node;
        node = null;
        state = MemberState.OUTSIDE;
        joining.forEach(waiter -> waiter.completeExceptionally(reason));
        joining.clear();
        if (old != null) {
            lastLeft = old.closing();
        }
    }

    private void checkJoined() {
        PersistentNode mine = node;
        if (mine == null) {
            return;
        }
        Member shown = seen.members().get(String.valueOf(memberId));
        boolean in = shown != null
                && mine.actual().map(Created::stat).map(NodeStat::createRev).orElse(-1L) == shown.joinRevision();
        if (in) {
            state = MemberState.JOINED;
            joining.forEach(waiter -> waiter.complete(null));
            joining.clear();
        } else if (state == MemberState.JOINED) {
            state = MemberState.JOINING;
        }
    }

    private void show(Children now) {
        MembershipView before = view();
        Map<String, Member> members = membersIn(now);
        seen = new Seen(members, now);
        MembershipView after = view();
        Set<Member> joined = new LinkedHashSet<>();
        Set<Member> updated = new LinkedHashSet<>();
        members.forEach((id, member) -> {
            Member earlier = before.members().get(id);
            if (earlier == null) {
                joined.add(member);
            } else if (!earlier.equals(member)) {
                updated.add(member);
            }
        });
        Set<Member> left = new LinkedHashSet<>(before.members().values());
        left.removeIf(member -> members.containsKey(member.id()));
        checkJoined();
        if (!joined.isEmpty() || !left.isEmpty() || !updated.isEmpty()) {
            Set<Member> came = Collections.unmodifiableSet(joined);
            Set<Member> went = Collections.unmodifiableSet(left);
            Set<Member> changed = Collections.unmodifiableSet(updated);
            listeners.fire(listener -> listener.changed(before, after, came, went, changed));
        }
        runtime.metrics().gauge("members", KIND, members.size());
        CompletableFuture<Boolean> waiting = nextChange;
        if (!closed) {
            nextChange = new CompletableFuture<>();
        }
        waiting.complete(true);
    }

    /** Members are ephemerals; whatever else lies in the directory is somebody else's. */
    private Map<String, Member> membersIn(Children now) {
        Map<String, Member> members = new TreeMap<>();
        Set<String> others = new LinkedHashSet<>();
        for (Node child : now.nodes().values()) {
            String id = child.path().name();
            NodeStat stat = child.stat();
            stat.owner()
                    .ifPresentOrElse(
                            owner -> members.put(
                                    id, new Member(id, child.data(), stat.createRev(), stat.modRev(), owner)),
                            () -> others.add(id));
        }
        others.stream().filter(name -> !foreign.contains(name)).forEach(name -> {
            runtime.metrics().count("foreign.nodes", KIND, "");
            LOG.warn("ignored a node that is no member path={}", directory.child(name));
        });
        foreign = others;
        return Collections.unmodifiableMap(members);
    }

    private void armStaleTimer() {
        staleTimer.cancel();
        staleTimer = runtime.scheduler()
                .schedule(
                        staleLimit,
                        () -> strand.execute(() -> {
                            if (!closed && seen.children().stale()) {
                                MembershipView last = view();
                                listeners.fire(listener -> listener.viewExpired(last));
                            }
                        }));
    }

    private void ensureOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private ClosedException closedException() {
        return new ClosedException("group " + directory);
    }

    /** Takes the children as they change, on the strand. */
    private final class Onlooker implements ChildrenView.Observer {
        @Override
        public void changed(Children before, Children now) {
            show(now);
        }

        @Override
        public void turned(Children now) {
            seen = new Seen(seen.members(), now);
            if (now.stale()) {
                armStaleTimer();
            } else {
                staleTimer.cancel();
            }
        }
    }

    /** Takes word of our own node, and hops. */
    private final class Upkeep implements PersistentNodeListener {
        private final PersistentNode of;

        Upkeep(PersistentNode of) {
            this.of = of;
        }

        @Override
        public void created(NodePath path, NodeStat stat) {
            hop(() -> {
                state = MemberState.JOINING;
                checkJoined();
                children.look();
            });
        }

        @Override
        public void lost(NodePath path) {
            hop(() -> state = MemberState.JOINING);
        }

        @Override
        public void conflict(Node present) {
            if (options.duplicates() == ConflictPolicy.TAKE_OVER_OWN) {
                hop(() -> state = MemberState.WAITING);
            }
            DuplicateMemberException cause = new DuplicateMemberException(present);
            listeners.fire(listener -> listener.duplicate(cause));
        }

        @Override
        public void denied(CoordinationException error) {
            hop(() -> {
                lastError = error.toString();
                joining.forEach(waiter -> waiter.completeExceptionally(error));
                joining.clear();
            });
        }

        private void hop(Runnable event) {
            strand.execute(() -> {
                if (node == of) {
                    event.run();
                }
            });
        }
    }

    /** This group in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            MembershipView now = view();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("members", now.members().size());
            fields.put("revision", now.revision());
            fields.put("stale", now.stale());
            fields.put("member", memberId == null ? "" : memberId);
            fields.put("state", state.name());
            fields.put("lastError", lastError);
            return new Description(KIND, directory, fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            return closing().exceptionally(unconfirmed -> null);
        }
    }
}
