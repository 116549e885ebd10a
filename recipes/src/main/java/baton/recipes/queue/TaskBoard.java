package baton.recipes.queue;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.recipes.CodecException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a master knows of workers, waiting tasks and assignments. Pure: fed by three subscriptions and by the outcomes
 * of the master's own transactions.
 *
 * <p>A subscription may skip states: of an assignment that a fast worker has ended already no event may come at all. So
 * what the master assigned itself counts as assigned until it is confirmed by an event or found to be gone by a look at
 * the store ({@link #isUnconfirmed}). A waiting task that a late event brings back is harmless: the transaction that
 * would assign it again is refused.
 *
 * <p>Not thread-safe. Iteration is in a defined order everywhere.
 */
final class TaskBoard {
    /** Payloads of waiting tasks beyond this are read again when their turn comes. */
    static final long PAYLOAD_BYTES_MAX = 32L << 20;

    private static final Comparator<Waiting> BY_TURN = Comparator.comparingInt(
                    (Waiting task) -> task.id().priority())
            .thenComparingLong(Waiting::origin)
            .thenComparing(task -> task.id().name());

    private final TreeMap<String, LiveWorker> workers = new TreeMap<>();
    private final TreeSet<Waiting> turns = new TreeSet<>(BY_TURN);
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final TreeMap<String, Node> poison = new TreeMap<>();
    /** By worker, then by task, as the subscription has it. A worker without tasks stands for its empty directory. */
    private final TreeMap<String, TreeMap<String, Assigned>> assigned = new TreeMap<>();
    /** By worker, then by task: what this master assigned and no event has told of yet. */
    private final TreeMap<String, TreeMap<String, Assigned>> unconfirmed = new TreeMap<>();
    /** How many tasks are on their way to a worker in a transaction. */
    private final Map<String, Integer> underway = new HashMap<>();

    private final Set<String> reserved = new HashSet<>();
    private long payloadBytes;

    /** A live worker. */
    record LiveWorker(String id, NodeStat stat, WorkerEntry entry) {}

    /**
     * A task that waits.
     *
     * @param whole whether the envelope still has its payload
     */
    record Waiting(TaskId id, NodeStat stat, TaskEnvelope envelope, boolean whole) {
        long origin() {
            return envelope.progress().origin() == 0
                    ? stat.createRev()
                    : envelope.progress().origin();
        }
    }

    /** A task that a worker has, and which incarnation of the node says so. */
    record Assigned(String worker, String task, long createRev) {}

    // Workers.

    void resetWorkers(List<Node> all) {
        workers.clear();
        all.forEach(this::putWorker);
    }

    /** A worker whose entry cannot be read counts as live, so that nothing is taken from it, and gets nothing. */
    void putWorker(Node node) {
        String id = node.path().name();
        try {
            workers.put(id, new LiveWorker(id, node.stat(), WorkerEntry.decode(node.data())));
        } catch (CodecException foreign) {
            workers.put(id, new LiveWorker(id, node.stat(), new WorkerEntry("", 0, true, true, Map.of())));
        }
    }

    void removeWorker(String id) {
        workers.remove(id);
    }

    @Nullable
    LiveWorker worker(String id) {
        return workers.get(id);
    }

    // Waiting tasks.

    void resetTasks(List<Node> all) {
        List.copyOf(waiting.keySet()).forEach(this::forgetTask);
        poison.clear();
        all.forEach(this::putTask);
    }

    void putTask(Node node) {
        String name = node.path().name();
        forgetTask(name);
        try {
            TaskEnvelope envelope = TaskEnvelope.decode(node.data());
            boolean whole = payloadBytes + envelope.payload().length() <= PAYLOAD_BYTES_MAX;
            payloadBytes += whole ? envelope.payload().length() : 0;
            Waiting task =
                    new Waiting(new TaskId(name), node.stat(), whole ? envelope : envelope.withoutPayload(), whole);
            waiting.put(name, task);
            turns.add(task);
        } catch (CodecException unreadable) {
            poison.put(name, node);
        }
    }

    void removeTask(String name, long revision) {
        Waiting known = waiting.get(name);
        if (known == null || known.stat().createRev() <= revision) {
            forgetTask(name);
        }
    }

    /** The nodes among the tasks that are no tasks. */
    List<Node> poison() {
        return List.copyOf(poison.values());
    }

    int waitingCount() {
        return waiting.size();
    }

    /**
     * The tasks whose turn it is: due, not underway, and wanted by at least one of the free workers.
     *
     * @param limit at most so many
     * @param resting tasks to pass over for now
     */
    List<Waiting> due(long nowMillis, int limit, List<WorkerLoad> free, Set<String> resting) {
        List<Waiting> due = new ArrayList<>();
        for (Waiting task : turns) {
            if (due.size() == limit) {
                break;
            }
            String name = task.id().name();
            Map<String, String> labels = task.envelope().terms().labels();
            if (task.envelope().progress().notBeforeMillis() <= nowMillis
                    && !reserved.contains(name)
                    && !resting.contains(name)
                    && free.stream().anyMatch(worker -> worker.satisfies(labels))) {
                due.add(task);
            }
        }
        return due;
    }

    /** When the next task becomes due that is not due yet; {@link Long#MAX_VALUE} if there is none. */
    long nextDueMillis(long nowMillis) {
        long next = Long.MAX_VALUE;
        for (Waiting task : turns) {
            long due = task.envelope().progress().notBeforeMillis();
            next = due > nowMillis ? Math.min(next, due) : next;
        }
        return next;
    }

    // Assignments.

    void resetAssignments(NodePath assign, List<Node> all) {
        assigned.clear();
        all.forEach(node -> putAssignment(assign, node.path(), node.stat()));
    }

    /** Takes a node below {@code assign}: a worker's directory or an assignment. */
    void putAssignment(NodePath assign, NodePath path, NodeStat stat) {
        if (path.parent().equals(assign)) {
            assigned.computeIfAbsent(path.name(), absent -> new TreeMap<>());
        } else if (path.parent().parent().equals(assign)) {
            String worker = path.parent().name();
            assigned.computeIfAbsent(worker, absent -> new TreeMap<>())
                    .put(path.name(), new Assigned(worker, path.name(), stat.createRev()));
            Assigned mine = in(unconfirmed, worker).get(path.name());
            if (mine != null && mine.createRev() <= stat.createRev()) {
                drop(unconfirmed, worker, path.name());
            }
        }
    }

    void removeAssignment(NodePath assign, NodePath path, long revision) {
        if (path.parent().equals(assign)) {
            if (in(assigned, path.name()).isEmpty()) {
                assigned.remove(path.name());
            }
            return;
        }
        Assigned entry = in(assigned, path.parent().name()).get(path.name());
        if (entry != null && entry.createRev() <= revision) {
            in(assigned, path.parent().name()).remove(path.name());
        }
    }

    /** The workers that have a directory, whether they live or not. */
    Set<String> directories() {
        Set<String> all = new TreeSet<>(assigned.keySet());
        all.addAll(unconfirmed.keySet());
        return all;
    }

    /** What a worker has, the oldest first. */
    List<Assigned> assignedTo(String worker) {
        TreeMap<String, Assigned> all = new TreeMap<>(in(assigned, worker));
        all.putAll(in(unconfirmed, worker));
        return all.values().stream()
                .sorted(Comparator.comparingLong(Assigned::createRev))
                .toList();
    }

    /** The live workers, each with what it has and what is on its way to it. */
    List<WorkerLoad> loads() {
        return workers.values().stream().map(this::load).toList();
    }

    private WorkerLoad load(LiveWorker worker) {
        int has = assignedTo(worker.id()).size() + underway.getOrDefault(worker.id(), 0);
        WorkerEntry entry = worker.entry();
        return new WorkerLoad(new WorkerRef(worker.id()), entry.slots(), has, entry.draining(), entry.labels());
    }

    // The master's own changes.

    /** A task is put into a transaction that gives it to a worker. */
    void reserve(String task, String worker) {
        reserved.add(task);
        underway.merge(worker, 1, Integer::sum);
    }

    /** That transaction has an outcome. */
    void release(String task, String worker) {
        reserved.remove(task);
        underway.computeIfPresent(worker, (id, count) -> count == 1 ? null : count - 1);
    }

    /** The task was given to the worker at {@code revision}. */
    void moved(NodePath from, NodePath to, long revision) {
        removeTask(from.name(), revision);
        String worker = to.parent().name();
        Assigned seen = in(assigned, worker).get(to.name());
        if (seen == null || seen.createRev() < revision) {
            unconfirmed
                    .computeIfAbsent(worker, absent -> new TreeMap<>())
                    .put(to.name(), new Assigned(worker, to.name(), revision));
        }
    }

    /** Whether no event has told yet of an assignment that this master made at {@code revision}. */
    boolean isUnconfirmed(NodePath assignment, long revision) {
        Assigned mine = in(unconfirmed, assignment.parent().name()).get(assignment.name());
        return mine != null && mine.createRev() == revision;
    }

    /** The worker does not have the task any more, as a look at the store or a transaction has shown. */
    void ended(NodePath assignment) {
        String worker = assignment.parent().name();
        in(assigned, worker).remove(assignment.name());
        drop(unconfirmed, worker, assignment.name());
    }

    private static Map<String, Assigned> in(TreeMap<String, TreeMap<String, Assigned>> by, String worker) {
        TreeMap<String, Assigned> tasks = by.get(worker);
        return tasks == null ? new TreeMap<>() : tasks;
    }

    private static void drop(TreeMap<String, TreeMap<String, Assigned>> by, String worker, String task) {
        Map<String, Assigned> tasks = in(by, worker);
        tasks.remove(task);
        if (tasks.isEmpty()) {
            by.remove(worker);
        }
    }

    private void forgetTask(String name) {
        poison.remove(name);
        Waiting old = waiting.remove(name);
        if (old != null) {
            turns.remove(old);
            payloadBytes -= old.whole() ? old.envelope().payload().length() : 0;
        }
    }
}
