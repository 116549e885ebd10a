package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.core.SessionEndedException;
import baton.etcd.state.IssueOrder;
import baton.etcd.state.IssueOrder.Access;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application has asked of a session and has no outcome yet: each has its turn in the order of issue, some are
 * under way, the others wait. Lives on the loop, but for {@link #issue}.
 */
final class Operations {
    /** What waits for its turn is held here; a caller that is this far ahead has to be told. */
    private static final int OPERATIONS_MAX = 20_000;
    /** On their way at a time: more would hold up the answers to renewals, which come by the same connection. */
    private static final int WINDOW = 128;

    /** How the session is. */
    interface Session {
        /** Whether requests can be sent. */
        boolean isLive();

        boolean isEnded();
    }

    private final CoreThreads threads;
    private final Session session;
    private final IssueOrder order = new IssueOrder();
    private final Map<IssueOrder.Entry, Operation<?>> operations = new LinkedHashMap<>();
    private final Queue<Operation<?>> ready = new ArrayDeque<>();
    private int underWay;
    private boolean running;
    private boolean closed;

    Operations(CoreThreads threads, Session session) {
        this.threads = threads;
        this.session = session;
    }

    /** Begins something once it is its turn; {@code work} has to complete it or let it fail. */
    <T> CompletionStage<T> issue(Access access, Set<NodePath> paths, Consumer<Operation<T>> work) {
        return issue(new Operation<>(access, paths, work, () -> {}));
    }

    /** As {@link #issue(Access, Set, Consumer)}; {@code whenOver} runs before anything that waits for it begins. */
    <T> CompletionStage<T> issue(Access access, Set<NodePath> paths, Consumer<Operation<T>> work, Runnable whenOver) {
        return issue(new Operation<>(access, paths, work, whenOver));
    }

    private <T> CompletionStage<T> issue(Operation<T> operation) {
        if (!threads.execute(operation::enter)) {
            operation.future.completeExceptionally(Refusals.ended(operation.path()));
        }
        return operation.future;
    }

    /** Takes a last one, after all that were issued before and however many they are, and refuses whatever comes. */
    void last(Consumer<Operation<Void>> work) {
        new Operation<>(Access.BARRIER, Set.of(), work, () -> {}).takeTurn();
        closed = true;
    }

    /** The session is over, and so is everything it was asked. */
    void ended() {
        List.copyOf(operations.values()).forEach(each -> each.fail(Refusals.ended(each.path())));
    }

    /** Something the application has asked for, from its turn in the order of issue until its outcome. */
    final class Operation<T> {
        private final Access access;
        private final Set<NodePath> paths;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private IssueOrder.@Nullable Entry entry;

        private final Consumer<Operation<T>> work;
        private final Runnable whenOver;
        private boolean begun;
        private boolean done;

        private Operation(Access access, Set<NodePath> paths, Consumer<Operation<T>> work, Runnable whenOver) {
            this.access = access;
            this.paths = paths;
            this.work = work;
            this.whenOver = whenOver;
        }

        /** Whether it has an outcome, so that what is done for it is of no use. */
        boolean isOver() {
            return done;
        }

        /** The only path it is about, if it is about one. */
        @Nullable
        NodePath path() {
            return paths.size() == 1 ? paths.iterator().next() : null;
        }

        void enter() {
            if (session.isEnded() || closed) {
                fail(Refusals.ended(path()));
            } else if (order.size() >= OPERATIONS_MAX) {
                fail(new CoordinationException(
                        CoreError.UNAVAILABLE,
                        path(),
                        OPERATIONS_MAX + " operations are under way already; wait for some of them"));
            } else {
                takeTurn();
            }
        }

        private void takeTurn() {
            entry = order.issue(access, paths);
            operations.put(entry, this);
            if (order.mayBegin(entry)) {
                ready.add(this);
                beginReady();
            }
        }

        private void begin() {
            begun = true;
            underWay++;
            if (session.isEnded()) {
                fail(Refusals.ended(path()));
                return;
            }
            if (!session.isLive() && access != Access.BARRIER) {
                fail(Refusals.notConnected(path()));
                return;
            }
            try {
                work.accept(this);
            } catch (CoordinationException refused) {
                fail(refused);
            } catch (IllegalArgumentException impossible) {
                // A name that becomes too long with what is added to it.
                fail(new CoordinationException(
                        CoreError.UNSUPPORTED, path(), String.valueOf(impossible.getMessage()), impossible));
            }
        }

        void complete(@Nullable T value) {
            leave(() -> future.complete(value));
        }

        void fail(CoordinationException failure) {
            CoordinationException told =
                    session.isEnded() && !(failure instanceof SessionEndedException) ? Refusals.ended(path()) : failure;
            leave(() -> future.completeExceptionally(told));
        }

        private void leave(Runnable outcome) {
            if (done) {
                return;
            }
            done = true;
            if (begun) {
                underWay--;
            }
            // Before others begin: one that fails at once must not be told first.
            threads.deliver(outcome);
            whenOver.run();
            if (entry != null) {
                operations.remove(entry);
                order.finished(entry).forEach(next -> {
                    Operation<?> free = operations.get(next);
                    if (free != null) {
                        ready.add(free);
                    }
                });
                beginReady();
            }
        }
    }

    /** Begins what may begin, while the window is open: each may be over at once and let others begin. */
    private void beginReady() {
        if (running) {
            return;
        }
        running = true;
        while (underWay < WINDOW && !ready.isEmpty()) {
            Operation<?> next = ready.remove();
            if (!next.done) {
                next.begin();
            }
        }
        running = false;
    }
}
