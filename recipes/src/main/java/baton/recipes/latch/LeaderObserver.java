package baton.recipes.latch;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.NodePath;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.Listeners;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches who leads a group, without taking part.
 *
 * <p>Each observer is woken by everybody who joins or leaves the group: meant for a few observers. What it says may be
 * over by the time you read it; while the store is unreachable it keeps what it knew. Safe for use by many threads.
 */
public final class LeaderObserver implements AutoCloseable, OpenRecipe {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderObserver.class);

    /** Hears of changes on the listener executor, in order. */
    @FunctionalInterface
    public interface Listener {
        /** Another leads, or the leader has become ready; {@link Participant#isSomebody} is false if nobody does. */
        void leaderChanged(Participant before, Participant now);
    }

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final Strand strand;
    private final Election election;
    private final Listeners<Listener> listeners;
    private final AtomicBoolean started = new AtomicBoolean();
    /** Confined to the strand. */
    private final List<Armed<?>> watches = new ArrayList<>();
    /** Writer: the strand. */
    private volatile Participant current;
    /** Writer: who closes it. */
    private volatile boolean closed;
    /** Confined to the strand. */
    private int step;

    public LeaderObserver(CoordinationClient client, String path) {
        this.runtime = client.runtime();
        this.directory = NodePath.of(path);
        this.strand = runtime.newStrand("observer " + directory);
        this.election = new Election(runtime, directory, strand);
        this.listeners = runtime.listeners("LeaderObserver");
        this.current = election.nobody();
    }

    /** @throws IllegalStateException if it was started before */
    public LeaderObserver start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("observer of " + directory + " was started before");
        }
        runtime.opened(this);
        strand.execute(this::look);
        return this;
    }

    /** Who led when it looked last. */
    public Participant leader() {
        return current;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        clientCloses();
    }

    @Override
    public CompletionStage<Void> clientCloses() {
        closed = true;
        strand.execute(() -> {
            step++;
            letGo();
        });
        runtime.closed(this);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Description describe() {
        Participant now = current;
        return new Description(
                "LeaderObserver",
                directory,
                Map.of("leader", now.id(), "token", now.token().value()));
    }

    private void look() {
        if (closed) {
            return;
        }
        int mine = ++step;
        letGo();
        runtime.calls(strand)
                .repeatable(Deadline.NEVER, session -> session.listAndArm(directory, reason -> changed(mine)))
                .whenComplete((names, failure) -> {
                    if (failure != null) {
                        refused(failure);
                    } else if (mine != step) {
                        names.cancel();
                    } else {
                        watches.add(names);
                        List<NodePath> tickets = election.tickets(names.state());
                        if (tickets.isEmpty()) {
                            show(election.nobody());
                        } else {
                            watchFirst(mine, tickets.get(0));
                        }
                    }
                });
    }

    private void watchFirst(int mine, NodePath first) {
        runtime.calls(strand)
                .repeatable(
                        Deadline.NEVER,
                        session -> session.readAndArm(first, ArmMode.DELETION_ONLY, reason -> changed(mine)))
                .whenComplete((node, failure) -> {
                    if (failure != null) {
                        refused(failure);
                    } else if (mine != step) {
                        node.cancel();
                    } else if (node.state().isEmpty()) {
                        look();
                    } else {
                        watches.add(node);
                        show(election.participant(node.state().get(), true));
                    }
                });
    }

    private void changed(int mine) {
        strand.execute(() -> {
            if (mine == step) {
                look();
            }
        });
    }

    private void show(Participant now) {
        Participant before = current;
        if (!now.equals(before)) {
            current = now;
            listeners.fire(listener -> listener.leaderChanged(before, now));
        }
    }

    private void letGo() {
        watches.forEach(Armed::cancel);
        watches.clear();
    }

    private void refused(Throwable failure) {
        if (!closed) {
            LOG.warn("observer refused path={} cause={}", directory, failure.toString());
        }
    }
}
