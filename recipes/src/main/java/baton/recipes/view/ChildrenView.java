package baton.recipes.view;

import baton.core.ChangeSink;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Subscription;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of one directory, kept like the store's across connections and sessions. For authors of recipes.
 *
 * <p>Changes that come within 20 ms are told together; a view that samples tells of them once in each period, of random
 * length around the one it was given, so that many views do not read at the same moment. While the store is silent the last state stays, marked stale; it
 * is fresh again once the whole directory was read anew. The directory need not exist.
 *
 * <p>{@link #current} may be read by any thread; all else lives on the strand it was given.
 */
public final class ChildrenView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildrenView.class);
    private static final Duration GATHERING = Duration.ofMillis(20);
    /** A core that had a gap reads anew by itself. One that had none, and was only not heard of, is asked to. */
    private static final Duration RESET_AWAITED = Duration.ofSeconds(2);

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final NodePath directory;
    private final ViewOptions options;
    private final Observer observer;

    /** Writer: the strand. */
    private volatile Children current;
    /** Writer: who closes it. */
    private volatile boolean closed;

    // Confined to the strand.
    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private long revision;
    private @Nullable ClientSession session;
    private @Nullable Subscription subscription;
    /** Subscriptions that were made before this number was raised have nothing to say any more. */
    private long generation;

    private boolean suspended;
    private boolean resetWhileSuspended;
    private boolean gathering;
    private Scheduler.Timer gatherTimer = () -> {};
    private Scheduler.Timer resetTimer = () -> {};
    private Scheduler.Timer sampleTimer = () -> {};
    private Runnable unfollow = () -> {};

    /** Hears of changes, on the strand of the view. */
    public interface Observer {
        /** The children changed, or were read anew; in the latter case the difference may be nothing. */
        void changed(Children before, Children now);

        /** The view became stale, or fresh again; nothing else changed. */
        default void turned(Children now) {}
    }

    public ChildrenView(
            RecipeRuntime runtime, Strand strand, NodePath directory, ViewOptions options, Observer observer) {
        this.runtime = runtime;
        this.strand = strand;
        this.directory = directory;
        this.options = options;
        this.observer = observer;
        this.current = Children.unknown(runtime.scheduler().nowNanos());
    }

    /** Begins to look. To be called once. */
    public void start() {
        strand.execute(() -> {
            if (!closed) {
                unfollow = runtime.follow(strand, new Follower());
            }
        });
    }

    public Children current() {
        return current;
    }

    /** Of a view that samples: reads the directory now, and not only when its time comes. */
    public void look() {
        strand.execute(() -> {
            ClientSession now = session;
            if (options.isSampled() && now != null && !closed) {
                subscribe(now);
            }
        });
    }

    /** Stops looking, and frees what the store keeps for it. Idempotent. What it knew can still be read. */
    @Override
    public void close() {
        closed = true;
        strand.execute(() -> {
            unfollow.run();
            unsubscribe();
            gatherTimer.cancel();
        });
    }

    private void subscribe(ClientSession to) {
        unsubscribe();
        long mine = generation;
        // A replica that lags behind what was seen under an earlier session would show the past again.
        runtime.calls(strand)
                .only(to)
                .repeatable(Deadline.NEVER, CoreSession::settle)
                .whenComplete((settled, failure) -> {
                    if (mine != generation) {
                        return;
                    }
                    if (failure == null) {
                        subscription = to.core().subscribe(directory, Depth.CHILDREN, options.data(), new Sink(mine));
                    } else if (Calls.codeOf(failure) != CoreError.SESSION_ENDED && !closed) {
                        LOG.warn("cannot look on path={} cause={}", directory, failure.toString());
                    }
                });
    }

    private void unsubscribe() {
        generation++;
        resetTimer.cancel();
        sampleTimer.cancel();
        Subscription old = subscription;
        subscription = null;
        if (old != null) {
            old.close();
        }
    }

    private void reset(List<Node> all, long at) {
        nodes.clear();
        all.forEach(node -> nodes.put(node.path().name(), node));
        revision = Math.max(revision, at);
        tell();
        if (suspended) {
            resetWhileSuspended = true;
        } else {
            turn(false);
        }
        if (options.isSampled()) {
            restUntilNextSample();
        }
    }

    private void restUntilNextSample() {
        unsubscribe();
        long mine = generation;
        double share = 0.5 + runtime.scheduler().jitter();
        sampleTimer = runtime.scheduler()
                .schedule(
                        Duration.ofNanos((long) (options.sample().toNanos() * share)),
                        () -> strand.execute(() -> {
                            if (mine == generation && session != null && !closed) {
                                subscribe(session);
                            }
                        }));
    }

    private void put(Node node) {
        nodes.put(node.path().name(), node);
        gather(Math.max(node.stat().createRev(), node.stat().modRev()));
    }

    private void remove(NodePath path, long at) {
        nodes.remove(path.name());
        gather(at);
    }

    private void gather(long at) {
        revision = Math.max(revision, at);
        if (!gathering) {
            gathering = true;
            gatherTimer = runtime.scheduler()
                    .schedule(
                            GATHERING,
                            () -> strand.execute(() -> {
                                if (gathering && !closed) {
                                    tell();
                                }
                            }));
        }
    }

    private void tell() {
        gathering = false;
        gatherTimer.cancel();
        Children before = current;
        Children now = before.holding(nodes, revision);
        current = now;
        runtime.metrics().gauge("subscription.nodes", options.recipe(), nodes.size());
        observer.changed(before, now);
    }

    private void turn(boolean stale) {
        Children now = current.turned(stale, runtime.scheduler().nowNanos());
        if (now != current) {
            current = now;
            observer.turned(now);
        }
    }

    /** Takes what the core delivers and hops. */
    private final class Sink implements ChangeSink {
        private final long mine;

        Sink(long mine) {
            this.mine = mine;
        }

        @Override
        public void reset(List<Node> all, long at) {
            hop(view -> view.reset(all, at));
        }

        @Override
        public void put(Node node) {
            hop(view -> view.put(node));
        }

        @Override
        public void remove(NodePath path, long at) {
            hop(view -> view.remove(path, at));
        }

        private void hop(Consumer<ChildrenView> event) {
            strand.execute(() -> {
                if (mine == generation) {
                    event.accept(ChildrenView.this);
                }
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            session = joined;
            suspended = false;
            subscribe(joined);
        }

        @Override
        public void suspended(ClientSession silent) {
            suspended = true;
            resetWhileSuspended = false;
            resetTimer.cancel();
            turn(true);
        }

        @Override
        public void resumed(ClientSession back) {
            suspended = false;
            if (resetWhileSuspended) {
                turn(false);
                return;
            }
            long mine = generation;
            resetTimer = runtime.scheduler()
                    .schedule(
                            RESET_AWAITED,
                            () -> strand.execute(() -> {
                                if (mine == generation && current.stale() && !suspended) {
                                    subscribe(Objects.requireNonNull(session));
                                }
                            }));
        }

        @Override
        public void lost(ClientSession over) {
            session = null;
            unsubscribe();
            turn(true);
        }
    }
}
