package baton.spring.config;

import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
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
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the nodes of one import as the store has them, across sessions, and tells of them when they have been quiet for
 * a while. Everything but its construction happens on its strand.
 */
final class ImportFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImportFollower.class);

    private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    private final RecipeRuntime runtime;
    private final ConfigImport what;
    private final Duration debounce;
    private final Consumer<State> told;
    private final Strand strand;
    private final TreeMap<NodePath, Node> nodes = new TreeMap<>();

    private @Nullable Subscription subscription;
    private Scheduler.Timer quiet = () -> {};
    private boolean waiting;
    /** What an earlier session still delivers is of no interest. */
    private long generation;

    private boolean first = true;
    private Runnable unfollow = () -> {};

    /** What the store says of an import. */
    sealed interface State {
        /**
         * It is there.
         *
         * @param nodes the document's node, or all those below the root
         */
        record Present(List<Node> nodes) implements State {
            public Present {
                nodes = List.copyOf(nodes);
            }
        }

        /** Neither the node nor anything below it is there. */
        record Absent() implements State {}

        /**
         * The store refuses to say.
         *
         * @param cause its refusal
         */
        record Refused(CoordinationException cause) implements State {}
    }

    /**
     * Follows nothing yet.
     *
     * @param told of the first state at once, of later ones when nothing changed for {@code debounce}; on the strand
     */
    ImportFollower(RecipeRuntime runtime, ConfigImport what, Duration debounce, Consumer<State> told) {
        this.runtime = runtime;
        this.what = what;
        this.debounce = debounce;
        this.told = told;
        this.strand = runtime.newStrand("import " + what.path());
    }

    void start() {
        strand.execute(() -> unfollow = runtime.follow(strand, new Follower()));
    }

    @Override
    public void close() {
        strand.execute(() -> {
            unfollow.run();
            letGo();
        });
    }

    /** Reads the root first, because a subscription does not say why it stays empty. */
    private void look(ClientSession session) {
        letGo();
        long mine = generation;
        runtime.calls(strand)
                .only(session)
                .repeatable(Deadline.NEVER, core -> core.settle().thenCompose(settled -> core.read(what.path())))
                .whenComplete((root, failure) -> {
                    if (mine != generation) {
                        return;
                    }
                    if (failure == null) {
                        subscribe(session, root);
                    } else if (Calls.codeOf(failure) != CoreError.SESSION_ENDED) {
                        refused(Waiting.causeOf(failure));
                        // Somebody may give this application the right to read it.
                        quiet = runtime.scheduler()
                                .schedule(
                                        ASK_AGAIN,
                                        () -> strand.execute(() -> {
                                            if (mine == generation) {
                                                look(session);
                                            }
                                        }));
                    }
                });
    }

    private void subscribe(ClientSession session, Optional<Node> root) {
        if (root.isEmpty() && first) {
            tell(new State.Absent());
        }
        Depth depth = what.format().isPresent() ? Depth.NODE : Depth.SUBTREE;
        subscription = session.core().subscribe(what.path(), depth, true, new Sink(generation));
    }

    private void refused(Throwable cause) {
        if (cause instanceof CoordinationException refusal) {
            LOG.warn("import refused source={} cause={}", what, cause.getMessage());
            tell(new State.Refused(refusal));
        }
    }

    private void letGo() {
        generation++;
        quiet.cancel();
        waiting = false;
        Subscription old = subscription;
        subscription = null;
        if (old != null) {
            old.close();
        }
    }

    private void changed() {
        if (first) {
            tellNodes();
        } else if (!waiting) {
            waiting = true;
            quiet = runtime.scheduler()
                    .schedule(
                            debounce,
                            () -> strand.execute(() -> {
                                if (waiting) {
                                    waiting = false;
                                    tellNodes();
                                }
                            }));
        }
    }

    private void tellNodes() {
        boolean absent = nodes.isEmpty() && what.format().isPresent();
        tell(absent ? new State.Absent() : new State.Present(List.copyOf(nodes.values())));
    }

    private void tell(State state) {
        first = false;
        told.accept(state);
    }

    /** Takes what the core delivers and hops. */
    private final class Sink implements ChangeSink {
        private final long mine;

        Sink(long mine) {
            this.mine = mine;
        }

        @Override
        public void reset(List<Node> all, long revision) {
            hop(() -> {
                nodes.clear();
                all.forEach(node -> nodes.put(node.path(), node));
            });
        }

        @Override
        public void put(Node node) {
            hop(() -> nodes.put(node.path(), node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            hop(() -> nodes.remove(path));
        }

        private void hop(Runnable change) {
            strand.execute(() -> {
                if (mine == generation) {
                    change.run();
                    changed();
                }
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession session) {
            look(session);
        }

        @Override
        public void lost(ClientSession session) {
            letGo();
        }
    }
}
