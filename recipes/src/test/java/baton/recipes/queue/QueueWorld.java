package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.testkit.sim.SimulatedStore;
import baton.core.testkit.sim.Simulation;
import baton.recipes.Codec;
import baton.recipes.sim.SimulatedWorld;
import baton.recipes.sim.SkippingCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A queue in a simulation, audited after every step in which the store was asked for something. */
final class QueueWorld {
    static final String ROOT = "/jobs";

    private final SimulatedWorld world;
    private final Map<String, Integer> executions = new HashMap<>();
    private final boolean skipping;
    /** How many requests the store may serve between two audits. */
    private final long auditEvery;

    private long auditedRequests = -1;

    /** Subscriptions of every second seed skip states. */
    QueueWorld(long seed) {
        this(seed, 1);
    }

    QueueWorld(long seed, long auditEvery) {
        this.auditEvery = auditEvery;
        world = new SimulatedWorld(seed);
        skipping = seed % 2 == 0;
    }

    /** A process with its client and its part in the queue. */
    record Member(SimulatedWorld.Member process, MasterWorkerQueue<String, String> queue) {
        String name() {
            return process.process().name();
        }

        void kill() {
            process.process().kill();
        }
    }

    SimulatedStore store() {
        return world.store();
    }

    Simulation simulation() {
        return world.simulation();
    }

    Member master(String name) {
        Member member = member(name, builder -> builder);
        member.queue().start();
        return member;
    }

    Member member(String name) {
        return member(name, builder -> builder.masterCandidate(false));
    }

    Member member(String name, UnaryOperator<MasterWorkerQueue.Builder<String, String>> settings) {
        SimulatedWorld.Member process = skipping ? world.member(name, SkippingCore::new) : world.member(name);
        MasterWorkerQueue.Builder<String, String> builder = MasterWorkerQueue.builder(
                        process.client(), ROOT, Codec.utf8(), Codec.utf8())
                .backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
        return new Member(process, settings.apply(builder).build());
    }

    /** A started worker that takes a while over each task and answers with it in capitals. */
    Worker<String, String> worker(Member member, int slots) {
        return worker(member, WorkerOptions.of(member.name(), slots), (task, context) -> task.toUpperCase());
    }

    Worker<String, String> worker(Member member, WorkerOptions options, TaskHandler<String, String> handler) {
        Worker<String, String> worker = member.queue()
                .worker(options.withExecutor(slowly(member, Duration.ofMillis(200))), (task, context) -> {
                    executions.merge(task, 1, Integer::sum);
                    return handler.handle(task, context);
                });
        worker.start();
        return worker;
    }

    /** Nothing can take time within a step: what takes time begins late. */
    Executor slowly(Member member, Duration longest) {
        return task -> member.process()
                .process()
                .schedule(
                        Duration.ofNanos(
                                (long) (longest.toNanos() * simulation().chance())),
                        task);
    }

    int executions(String task) {
        return executions.getOrDefault(task, 0);
    }

    List<TaskHandle<String>> submit(Member client, String prefix, int count) {
        List<CompletionStage<TaskHandle<String>>> stages = new ArrayList<>();
        for (int task = 0; task < count; task++) {
            stages.add(client.queue().submitter().submit(prefix + task));
        }
        return stages.stream().map(stage -> get("submitted", stage)).toList();
    }

    TaskHandle<String> submit(Member client, String task, SubmitOptions options) {
        return get("submitted " + task, client.queue().submitter().submit(task, options));
    }

    TaskResult<String> result(TaskHandle<String> handle) {
        return get("result of " + handle.id(), handle.result());
    }

    <A> A get(String what, CompletionStage<A> stage) {
        var future = stage.toCompletableFuture();
        until(what, future::isDone);
        return future.join();
    }

    void until(String what, BooleanSupplier condition) {
        until(what, Duration.ofMinutes(5), condition);
    }

    void until(String what, Duration atMost, BooleanSupplier condition) {
        boolean held = simulation()
                .runUntil(
                        () -> {
                            audit();
                            return condition.getAsBoolean();
                        },
                        atMost);
        assertThat(held)
                .as(
                        "%s, within %s, seed %d; now:%n%s",
                        what, atMost, simulation().seed(), this)
                .isTrue();
    }

    void runFor(Duration span) {
        simulation()
                .runUntil(
                        () -> {
                            audit();
                            return false;
                        },
                        span);
    }

    /** Each task is in exactly one place: waiting, assigned to one worker, finished, or dead. */
    private void audit() {
        if (store().requests() < auditedRequests + auditEvery) {
            return;
        }
        auditedRequests = store().requests();
        Map<String, NodePath> places = new HashMap<>();
        for (Node node : everyTask()) {
            NodePath other = places.putIfAbsent(node.path().name(), node.path());
            assertThat(other)
                    .as("second place of %s, seed %d", node.path(), simulation().seed())
                    .isNull();
        }
    }

    private List<Node> everyTask() {
        List<Node> all = new ArrayList<>(children("tasks"));
        children("assign")
                .forEach(worker -> all.addAll(store().children(worker.path().toString())));
        all.addAll(children("status"));
        all.addAll(children("dead"));
        return all;
    }

    List<Node> children(String directory) {
        return store().children(directory.isEmpty() ? ROOT : ROOT + "/" + directory);
    }

    List<String> names(String directory) {
        return children(directory).stream().map(node -> node.path().name()).toList();
    }

    List<Node> assignments() {
        List<Node> all = new ArrayList<>();
        children("assign")
                .forEach(worker -> all.addAll(store().children(worker.path().toString())));
        return all;
    }

    @Override
    public String toString() {
        Map<String, Object> state = new TreeMap<>();
        state.put("1 nodes", names(""));
        state.put("2 workers", names("workers"));
        state.put("3 waiting", names("tasks"));
        state.put(
                "4 assigned",
                assignments().stream().map(node -> node.path().toString()).toList());
        state.put("5 finished", names("status").size());
        state.put("6 dead", names("dead"));
        StringBuilder text = new StringBuilder();
        state.forEach(
                (what, value) -> text.append(what).append(": ").append(value).append('\n'));
        return text.toString();
    }
}
