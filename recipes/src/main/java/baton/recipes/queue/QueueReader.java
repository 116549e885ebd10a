package baton.recipes.queue;

import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.Calls;
import baton.recipes.CodecException;
import baton.recipes.run.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks where tasks are. Directories are read one after another while tasks move on, so a search that found nothing is
 * repeated: moves go the way of the search, except those back to the waiting tasks.
 */
final class QueueReader {
    private static final int ROUNDS = 3;

    private final QueueLayout layout;
    private final Calls calls;

    QueueReader(QueueLayout layout, Calls calls) {
        this.layout = layout;
        this.calls = calls;
    }

    /** Where a task is. */
    record Found(TaskState state, Node node) {}

    /** Finds a task by its name. */
    CompletableFuture<Optional<Found>> find(TaskId id) {
        return rounds(ROUNDS, () -> findOnce(id));
    }

    /** Finds the name of the task that an attempt to submit has made. */
    CompletableFuture<Optional<TaskId>> find(UUID attempt) {
        return rounds(ROUNDS, () -> findOnce(attempt));
    }

    /** Finds the assignment of a task. */
    CompletableFuture<Optional<Node>> assignment(TaskId id) {
        return names(layout.assign())
                .thenCompose(workers -> first(workers, worker -> read(layout.assignment(worker, id.name()))));
    }

    CompletableFuture<MasterView> view() {
        return names(layout.workers())
                .thenCompose(ids -> each(ids, id -> read(layout.worker(id))))
                .thenCompose(workers -> names(layout.assign())
                        .thenCompose(ids -> each(
                                ids,
                                id -> names(layout.assignedTo(id))
                                        .thenApply(tasks -> Optional.of(Map.entry(id, tasks.size())))))
                        .thenCompose(loads -> view(workers, loads)));
    }

    /** The tasks, state by state. */
    CompletableFuture<List<TaskView>> tasks(int max) {
        List<TaskView> all = new ArrayList<>();
        return into(all, max, layout.tasks(), node -> TaskView.of(node, TaskState.PENDING, ""))
                .thenCompose(pending -> names(layout.assign()))
                .thenCompose(workers -> each(
                        workers,
                        worker -> into(
                                        all,
                                        max,
                                        layout.assignedTo(worker),
                                        node -> TaskView.of(node, TaskState.ASSIGNED, worker))
                                .thenApply(Optional::of)))
                .thenCompose(assigned -> into(all, max, layout.statuses(), TaskView::ofEnd))
                .thenCompose(
                        ended -> into(all, max, layout.deads(), node -> TaskView.of(node, TaskState.FAILED_DEAD, "")));
    }

    private CompletableFuture<List<TaskView>> into(
            List<TaskView> all, int max, NodePath directory, Function<Node, TaskView> shape) {
        return names(directory)
                .thenCompose(names -> each(
                        names.subList(0, Math.min(names.size(), max - all.size())),
                        name -> read(directory.child(name)).thenApply(node -> node.map(shape))))
                .thenApply(found -> {
                    all.addAll(found);
                    return all;
                });
    }

    private CompletableFuture<MasterView> view(List<Node> workers, List<Map.Entry<String, Integer>> loads) {
        Map<String, Integer> has = new TreeMap<>();
        loads.forEach(load -> has.put(load.getKey(), load.getValue()));
        List<WorkerLoad> live = new ArrayList<>();
        for (Node node : workers) {
            try {
                WorkerEntry entry = WorkerEntry.decode(node.data());
                String id = node.path().name();
                live.add(new WorkerLoad(
                        new WorkerRef(id), entry.slots(), has.getOrDefault(id, 0), entry.draining(), entry.labels()));
            } catch (CodecException foreign) {
                continue;
            }
        }
        int assigned = has.values().stream().mapToInt(Integer::intValue).sum();
        return read(layout.master())
                .thenCompose(master -> count(layout.tasks())
                        .thenCompose(pending -> count(layout.statuses())
                                .thenCompose(finished -> count(layout.deads())
                                        .thenApply(dead -> new MasterView(
                                                master.map(QueueReader::announcedId)
                                                        .orElse(""),
                                                live,
                                                pending,
                                                assigned,
                                                finished,
                                                dead)))));
    }

    /** How many children a directory has, which is no node itself on a core without directories; 0 if it is absent. */
    CompletableFuture<Integer> count(NodePath directory) {
        return call(core -> core.stat(directory)).thenCompose(stat -> {
            var known = stat.flatMap(present -> present.childCount().isPresent()
                    ? Optional.of(present.childCount().getAsInt())
                    : Optional.<Integer>empty());
            return known.isPresent()
                    ? CompletableFuture.completedFuture(known.get())
                    : names(directory).thenApply(List::size);
        });
    }

    CompletableFuture<List<String>> names(NodePath directory) {
        return call(core -> core.list(directory))
                .thenApply(listing -> listing.map(all ->
                                all.entries().stream().map(Listing.Entry::name).toList())
                        .orElse(List.of()));
    }

    CompletableFuture<Optional<Node>> read(NodePath path) {
        return call(core -> core.read(path));
    }

    /** The present values of one call for each name, made one after another. */
    <T> CompletableFuture<List<T>> each(List<String> names, Function<String, CompletableFuture<Optional<T>>> call) {
        CompletableFuture<List<T>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String name : names) {
            all = all.thenCompose(found -> call.apply(name).thenApply(one -> {
                one.ifPresent(found::add);
                return found;
            }));
        }
        return all;
    }

    private static String announcedId(Node master) {
        String first = master.data().utf8().split("\n", 2)[0];
        return first.startsWith("id=") ? first.substring(3) : first;
    }

    private CompletableFuture<Optional<Found>> findOnce(TaskId id) {
        return at(layout.task(id.name()), TaskState.PENDING)
                .thenCompose(found -> or(
                        found,
                        () -> assignment(id)
                                .thenApply(node -> node.map(present -> new Found(TaskState.ASSIGNED, present)))))
                .thenCompose(found -> or(
                        found,
                        () -> at(layout.status(id.name()), TaskState.SUCCEEDED)
                                .thenApply(status -> status.map(QueueReader::asRecorded))))
                .thenCompose(found -> or(found, () -> at(layout.dead(id.name()), TaskState.FAILED_DEAD)));
    }

    private static Found asRecorded(Found status) {
        try {
            return new Found(ResultEnvelope.decode(status.node().data()).state(), status.node());
        } catch (CodecException foreign) {
            return status;
        }
    }

    private CompletableFuture<Optional<Found>> at(NodePath path, TaskState state) {
        return read(path).thenApply(node -> node.map(present -> new Found(state, present)));
    }

    private CompletableFuture<Optional<TaskId>> findOnce(UUID attempt) {
        return in(layout.tasks(), attempt)
                .thenCompose(found -> or(
                        found,
                        () -> names(layout.assign())
                                .thenCompose(
                                        workers -> first(workers, worker -> in(layout.assignedTo(worker), attempt)))))
                .thenCompose(found -> or(found, () -> in(layout.statuses(), attempt)))
                .thenCompose(found -> or(found, () -> in(layout.deads(), attempt)));
    }

    private CompletableFuture<Optional<TaskId>> in(NodePath directory, UUID attempt) {
        return call(core -> core.list(directory))
                .thenApply(
                        listing -> listing.flatMap(all -> all.madeBy(attempt)).map(entry -> new TaskId(entry.name())));
    }

    private static <T> CompletableFuture<Optional<T>> rounds(
            int left, Supplier<CompletableFuture<Optional<T>>> search) {
        return search.get()
                .thenCompose(found -> found.isPresent() || left == 1
                        ? CompletableFuture.completedFuture(found)
                        : rounds(left - 1, search));
    }

    private static <T> CompletableFuture<Optional<T>> first(
            List<String> names, Function<String, CompletableFuture<Optional<T>>> search) {
        CompletableFuture<Optional<T>> result = CompletableFuture.completedFuture(Optional.empty());
        for (String name : names) {
            result = result.thenCompose(found -> or(found, () -> search.apply(name)));
        }
        return result;
    }

    private static <T> CompletableFuture<Optional<T>> or(
            Optional<T> found, Supplier<CompletableFuture<Optional<T>>> next) {
        return found.isPresent() ? CompletableFuture.completedFuture(found) : next.get();
    }

    private <T> CompletableFuture<T> call(Function<CoreSession, CompletionStage<T>> operation) {
        return calls.repeatable(Deadline.NEVER, operation);
    }
}
