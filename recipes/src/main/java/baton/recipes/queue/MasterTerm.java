package baton.recipes.queue;

import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Subscription;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.Grant;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mastership: its session, and what is done under it. Each of its transactions is to require the ticket, so a master
 * that was replaced without knowing changes nothing. Confined to the strand of the loop.
 */
final class MasterTerm {
    private static final Logger LOG = LoggerFactory.getLogger(MasterTerm.class);
    private static final Duration REST = Duration.ofSeconds(1);

    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final Grant mastership;
    private final Strand strand;
    private final Runnable changed;
    private final List<Subscription> subscriptions = new ArrayList<>();
    /** What was refused lately and is left alone for a while, and which refusal that was. */
    private final Map<NodePath, Object> resting = new HashMap<>();

    private @Nullable ClientSession session;
    private boolean suspended;
    private boolean over;

    /** @param changed called where the loop is to look at the board again */
    MasterTerm(
            RecipeRuntime runtime,
            QueueLayout layout,
            QueueSettings settings,
            Grant mastership,
            Strand strand,
            Runnable changed) {
        this.runtime = runtime;
        this.layout = layout;
        this.settings = settings;
        this.mastership = mastership;
        this.strand = strand;
        this.changed = changed;
    }

    RecipeRuntime runtime() {
        return runtime;
    }

    QueueLayout layout() {
        return layout;
    }

    QueueSettings settings() {
        return settings;
    }

    Strand strand() {
        return strand;
    }

    /** Says that the board is to be looked at again. */
    void changed() {
        changed.run();
    }

    // Whether it lasts.

    /** Begins under the session, if it is the one that the mastership is of, and has not ended before. */
    boolean begin(ClientSession joined) {
        if (over || joined.epoch() != mastership.sessionEpoch()) {
            return false;
        }
        session = joined;
        return true;
    }

    void suspend(boolean isSilent) {
        suspended = isSilent;
    }

    /** Follows a directory for as long as the mastership lasts. */
    void subscribe(NodePath directory, Depth depth, boolean withData, ChangeSink sink) {
        CoreSession core = Objects.requireNonNull(session).core();
        subscriptions.add(core.subscribe(directory, depth, withData, sink));
    }

    /** Nothing more is done. */
    void end() {
        over = true;
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
    }

    boolean isOver() {
        return over;
    }

    boolean mayCommit() {
        return !over && !suspended && session != null && mastership.isValid();
    }

    NodePath ticketPath() {
        return mastership.ticketPath();
    }

    /** Returns the fencing token. */
    long token() {
        return mastership.token().value();
    }

    /** Somebody else is the master. */
    void deposed() {
        // The latch finds out by itself; until it says so this loop does nothing more.
        LOG.info("master deposed queue={} token={}", layout.root(), token());
        end();
        mastership.verify();
    }

    // What was refused lately.

    /** Leaves what is at the path alone for a second. */
    void rest(NodePath path) {
        Object refusal = new Object();
        resting.put(path, refusal);
        later(REST, () -> {
            resting.remove(path, refusal);
            changed.run();
        });
    }

    boolean isResting(NodePath path) {
        return resting.containsKey(path);
    }

    /** Returns the names of the waiting tasks that rest. */
    Set<String> restingTasks() {
        return resting.keySet().stream()
                .filter(path -> path.parent().equals(layout.tasks()))
                .map(NodePath::name)
                .collect(Collectors.toSet());
    }

    // Calls.

    /**
     * How a transaction ended.
     *
     * @param revision at which it happened, if it did
     */
    record Outcome(long revision, Optional<TxnResult.Refused> refused) {}

    /**
     * Commits under the session of the mastership.
     *
     * @param witness the stat of a node that proves that it happened; empty if it did not, or nobody can tell: then
     *     it is sent again and refused
     */
    CompletableFuture<Outcome> transact(Txn txn, Function<CoreSession, CompletionStage<Optional<NodeStat>>> witness) {
        return calls().resolved(
                        Deadline.NEVER,
                        core -> core.commit(txn).thenApply(MasterTerm::outcome),
                        core -> witness.apply(core)
                                .thenApply(
                                        found -> found.map(stat -> new Outcome(stat.createRev(), Optional.empty()))));
    }

    private static Outcome outcome(TxnResult result) {
        if (result instanceof TxnResult.Refused refused) {
            return new Outcome(0, Optional.of(refused));
        }
        TxnResult.Committed committed = (TxnResult.Committed) result;
        long revision = committed.created().stream()
                .flatMap(Optional::stream)
                .mapToLong(created -> created.stat().createRev())
                .findFirst()
                .orElse(0);
        return new Outcome(revision, Optional.empty());
    }

    <T> CompletableFuture<T> repeatable(Function<CoreSession, CompletionStage<T>> operation) {
        return calls().repeatable(Deadline.NEVER, operation);
    }

    private Calls calls() {
        return runtime.calls(strand).only(Objects.requireNonNull(session));
    }

    <T> void step(CompletableFuture<T> call, Consumer<T> then) {
        step(call, then, failure -> {});
    }

    <T> void step(CompletableFuture<T> call, Consumer<T> then, Consumer<Throwable> otherwise) {
        call.whenComplete((value, failure) -> {
            if (over || session == null) {
                return;
            }
            if (failure == null) {
                then.accept(value);
            } else {
                otherwise.accept(Waiting.causeOf(failure));
                failed(Waiting.causeOf(failure));
            }
        });
    }

    /** What is wrong with the session arrives as word of the session; the rest is for somebody to look at. */
    private void failed(Throwable failure) {
        CoreError code = Calls.codeOf(failure);
        if (code != CoreError.SESSION_ENDED && code != CoreError.CLOSED) {
            LOG.warn(
                    "master step failed queue={} error={} cause={}",
                    layout.root(),
                    failure instanceof CoordinationException
                            ? code
                            : failure.getClass().getSimpleName(),
                    failure.getMessage());
        }
    }

    /** Does something later, unless the mastership is over by then. */
    Scheduler.Timer later(Duration delay, Runnable task) {
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (!over) {
                                task.run();
                            }
                        }));
    }
}
