package baton.recipes.queue;

import baton.core.ChangeSink;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.ClientSession;
import baton.recipes.Grant;
import baton.recipes.RecipeMetrics;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One mastership at work: hands out waiting tasks, takes back those of workers that are gone, and tidies up.
 *
 * <p>It needs no repair phase, because at every revision the directories say all there is to know. It looks at the board at
 * most every {@value #PAUSE_MILLIS} ms. Everything is confined to the strand.
 */
final class MasterLoop {
    static final String KIND = "MasterWorkerQueue";

    private static final int PAUSE_MILLIS = 5;
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final Strand strand;
    private final PersistentNode announcement;
    private final TaskBoard board = new TaskBoard();
    private final MasterTerm term;
    private final Reclaim reclaim;
    private final Overdue overdue;
    private final Dispatch dispatch;
    private final KeptResults keptResults;
    private final Set<String> unseen = new HashSet<>(Set.of("workers", "tasks", "assign"));

    private boolean tickScheduled;
    private Scheduler.Timer sweepTimer = () -> {};
    private Runnable unfollow = () -> {};

    MasterLoop(RecipeRuntime runtime, QueueLayout layout, QueueSettings settings, Grant mastership) {
        this.runtime = runtime;
        this.layout = layout;
        this.strand = runtime.newStrand("master " + layout.root());
        this.term = new MasterTerm(runtime, layout, settings, mastership, strand, this::changed);
        this.reclaim = new Reclaim(term, board);
        this.overdue = new Overdue(term, board, reclaim);
        this.dispatch = new Dispatch(term, board, overdue);
        this.keptResults = new KeptResults(term);
        Payload announced = Payload.utf8("id=" + runtime.settings().clientId() + "\nhost="
                + runtime.ownerInfo("master").host() + "\npid="
                + runtime.ownerInfo("master").pid() + "\ntoken="
                + mastership.token().value() + "\n");
        this.announcement = new PersistentNode(
                runtime,
                NodeMode.EPHEMERAL,
                layout.master(),
                announced,
                NodeOptions.DEFAULTS.withConflict(ConflictPolicy.TAKE_OVER_OWN));
    }

    void start() {
        announcement.start();
        strand.execute(() -> unfollow = runtime.follow(strand, new Follower()));
    }

    void stop() {
        announcement.close();
        strand.execute(() -> {
            term.end();
            unfollow.run();
            dispatch.stop();
            sweepTimer.cancel();
        });
    }

    private void begin(ClientSession joined) {
        if (!term.begin(joined)) {
            return;
        }
        List<NodePath> directories =
                List.of(layout.tasks(), layout.workers(), layout.assign(), layout.statuses(), layout.deads());
        CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
        for (NodePath directory : directories) {
            ready = ready.thenCompose(done -> term.repeatable(core -> core.ensureDir(directory)));
        }
        // A view older than the election could show what an earlier master has moved since.
        term.step(ready.thenCompose(done -> term.repeatable(CoreSession::settle)), settled -> subscribe());
    }

    private void subscribe() {
        term.subscribe(layout.workers(), Depth.CHILDREN, true, new Sink("workers") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetWorkers(nodes);
            }

            @Override
            void one(Node node) {
                board.putWorker(node);
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeWorker(path.name());
            }
        });
        term.subscribe(layout.tasks(), Depth.CHILDREN, true, new Sink("tasks") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetTasks(nodes);
            }

            @Override
            void one(Node node) {
                board.putTask(node);
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeTask(path.name(), revision);
            }
        });
        term.subscribe(layout.assign(), Depth.SUBTREE, false, new Sink("assign") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetAssignments(layout.assign(), nodes);
            }

            @Override
            void one(Node node) {
                board.putAssignment(layout.assign(), node.path(), node.stat());
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeAssignment(layout.assign(), path, revision);
                overdue.forget(path);
            }
        });
        sweepTimer = term.later(SWEEP, this::sweep);
    }

    // The loop.

    private void changed() {
        if (!tickScheduled && !term.isOver()) {
            tickScheduled = true;
            runtime.scheduler().schedule(Duration.ofMillis(PAUSE_MILLIS), () -> strand.execute(this::tick));
        }
    }

    private boolean mayCommit() {
        return unseen.isEmpty() && term.mayCommit();
    }

    private void tick() {
        tickScheduled = false;
        if (!mayCommit()) {
            return;
        }
        board.poison().forEach(reclaim::bury);
        reclaim.takeBackFromTheGone();
        dispatch.plan();
        measure();
    }

    private void measure() {
        RecipeMetrics metrics = runtime.metrics();
        List<WorkerLoad> loads = board.loads();
        metrics.gauge("queue.pending", KIND, board.waitingCount());
        metrics.gauge(
                "queue.assigned",
                KIND,
                loads.stream().mapToInt(WorkerLoad::assigned).sum());
        metrics.gauge("queue.workers", KIND, loads.size());
    }

    private void sweep() {
        sweepTimer = term.later(SWEEP, this::sweep);
        if (mayCommit()) {
            overdue.sweep();
            reclaim.removeOldDirectories();
            keptResults.sweep();
            changed();
        }
    }

    /** One subscription, whose calls hop to the strand. */
    private abstract class Sink implements ChangeSink {
        private final String directory;

        Sink(String directory) {
            this.directory = directory;
        }

        abstract void all(List<Node> nodes, long revision);

        abstract void one(Node node);

        abstract void gone(NodePath path, long revision);

        @Override
        public void reset(List<Node> nodes, long revision) {
            hop(() -> {
                all(nodes, revision);
                unseen.remove(directory);
            });
        }

        @Override
        public void put(Node node) {
            hop(() -> one(node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            hop(() -> gone(path, revision));
        }

        private void hop(Runnable change) {
            strand.execute(() -> {
                if (!term.isOver()) {
                    change.run();
                    changed();
                }
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            begin(joined);
        }

        @Override
        public void suspended(ClientSession silent) {
            term.suspend(true);
        }

        @Override
        public void resumed(ClientSession back) {
            term.suspend(false);
            changed();
        }

        @Override
        public void lost(ClientSession over) {
            // What was under this session is over; the latch brings another loop.
            term.end();
        }
    }
}
