package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedProcess;
import baton.recipes.FencedResource;
import baton.recipes.FencingToken;
import baton.recipes.sim.Failure;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterWorkerQueueTest {
    private final QueueWorld world = new QueueWorld(7);

    @Test
    void tenTasksGoTheWayOfTheBook() {
        QueueWorld.Member client = world.member("client");
        List<TaskHandle<String>> handles = world.submit(client, "task", 10);

        assertThat(world.names("tasks"))
                .containsExactlyInAnyOrderElementsOf(
                        handles.stream().map(handle -> handle.id().name()).toList())
                .allMatch(name -> name.matches("task-80-[0-9a-f-]{36}-\\d{10}"));

        world.master("m1");
        world.until("master", () -> world.store().node("/jobs/master").isPresent());
        world.master("m2");
        world.runFor(Duration.ofSeconds(1));

        assertThat(world.store().node("/jobs/master").orElseThrow().data().utf8())
                .startsWith("id=m1\n");
        assertThat(world.names("election")).hasSize(2);
        assertThat(world.names("tasks")).hasSize(10);

        world.worker(world.member("w1"), 2);
        world.worker(world.member("w2"), 2);
        world.until("all slots used", () -> world.assignments().size() == 4);

        assertThat(world.names("workers")).containsExactly("w1", "w2");
        assertThat(world.names("assign")).containsExactly("w1", "w2");

        List<TaskResult<String>> results = handles.stream().map(world::result).toList();

        assertThat(results).extracting(TaskResult::value).containsExactlyElementsOf(numbered("TASK", 10));
        assertThat(results).allSatisfy(result -> {
            assertThat(result.ok()).isTrue();
            assertThat(result.attempts()).isEqualTo(1);
            assertThat(result.worker()).isIn("w1", "w2");
            assertThat(result.token().value()).isPositive();
        });
        assertThat(world.names("tasks")).isEmpty();
        assertThat(world.assignments()).isEmpty();
        assertThat(world.names("status")).hasSize(10);

        handles.forEach(handle -> world.get("acknowledged", handle.acknowledge()));

        assertThat(world.names("status")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"CREATE", "COMMIT", "READ", "STAT", "LIST", "ARM", "SUBSCRIBE", "SETTLE", "ENSURE_DIR", "DELETE"})
    void aLostReplyOfAnyKindAtAnyTimeChangesNothing(OpKind kind) {
        for (int after = 0; after < 12; after++) {
            QueueWorld fresh = new QueueWorld(100 + after);
            fresh.master("m1");
            QueueWorld.Member client = fresh.member("client");
            fresh.worker(fresh.member("w1"), 2);
            fresh.runFor(Duration.ofMillis(after * 15L));
            fresh.store().faults().dropNextReply(kind);

            List<TaskHandle<String>> handles = fresh.submit(client, "task", 5);
            fresh.store().faults().dropNextReply(kind);
            List<TaskResult<String>> results =
                    handles.stream().map(fresh::result).toList();
            fresh.store().faults().dropNextReply(kind);
            handles.forEach(handle -> fresh.get("acknowledged", handle.acknowledge()));
            fresh.runFor(Duration.ofSeconds(20));

            assertThat(results).extracting(TaskResult::value).containsExactlyElementsOf(numbered("TASK", 5));
            assertThat(fresh.names("status")).isEmpty();
            assertThat(fresh.names("tasks")).isEmpty();
        }
    }

    @Test
    void aTaskThatFailsIsTriedAgainThenDeadThenRetriedByAnOperator() {
        world.master("m1");
        boolean[] broken = {true};
        world.worker(world.member("w1"), WorkerOptions.of("w1", 1), (task, context) -> {
            if (broken[0]) {
                throw new IllegalStateException("attempt " + context.attempt());
            }
            return "fine";
        });
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> handle = world.submit(client, "t", SubmitOptions.DEFAULTS.withMaxAttempts(3));

        TaskResult<String> result = world.result(handle);

        assertThat(result.ok()).isFalse();
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(result.error()).isEqualTo("w1: IllegalStateException: attempt 3");
        assertThat(world.executions("t")).isEqualTo(3);
        List<DeadTask<String>> dead = world.get("dead", client.queue().dead().list());
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).task()).contains("t");
        assertThat(dead.get(0).failures())
                .containsExactly(
                        "w1: IllegalStateException: attempt 1",
                        "w1: IllegalStateException: attempt 2",
                        "w1: IllegalStateException: attempt 3");

        broken[0] = false;
        assertThat(world.get("revived", client.queue().dead().retry(handle.id())))
                .isTrue();
        TaskResult<String> again = world.result(client.queue().submitter().attach(handle.id()));

        assertThat(again.value()).isEqualTo("fine");
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(world.get("revived twice", client.queue().dead().retry(handle.id())))
                .isFalse();
    }

    @Test
    void rejectedAndUndecodableTasksAreDeadAtOnceAndCanBePurged() {
        world.master("m1");
        world.worker(world.member("w1"), WorkerOptions.of("w1", 1), (task, context) -> {
            throw new RejectTaskException("no such order");
        });
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> handle = world.submit(client, "t", SubmitOptions.DEFAULTS.withIdempotencyKey("order 1"));

        TaskResult<String> result = world.result(handle);

        assertThat(result.error()).contains("no such order");
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(world.names("keys")).hasSize(1);
        assertThat(world.get("purged", client.queue().dead().purge(handle.id())))
                .isTrue();
        assertThat(world.names("dead")).isEmpty();
        assertThat(world.names("keys")).isEmpty();
        CompletionStage<TaskResult<String>> gone =
                client.queue().submitter().attach(handle.id()).result();
        world.until("unknown", () -> gone.toCompletableFuture().isDone());
        assertThatThrownBy(() -> gone.toCompletableFuture().join()).hasCauseInstanceOf(UnknownTaskException.class);
        assertThat(world.get("state", handle.state())).isEqualTo(TaskState.UNKNOWN);
    }

    @Test
    void retryingLaterCountsNoAttempt() {
        world.master("m1");
        world.worker(world.member("w1"), WorkerOptions.of("w1", 1), (task, context) -> {
            if (world.executions(task) < 8) {
                throw new RetryLaterException(Duration.ofMillis(50));
            }
            return "at last, attempt " + context.attempt();
        });

        TaskResult<String> result =
                world.result(world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS.withMaxAttempts(2)));

        assertThat(result.value()).isEqualTo("at last, attempt 1");
    }

    @Test
    void tasksThatWaitedForWorkersGoByPriorityThenArrival() {
        world.master("m1");
        QueueWorld.Member client = world.member("client");
        List<String> order = new ArrayList<>();
        world.submit(client, "late0", SubmitOptions.DEFAULTS.withPriority(200));
        world.submit(client, "mid0", SubmitOptions.DEFAULTS);
        world.submit(client, "first", SubmitOptions.DEFAULTS.withPriority(1));
        world.submit(client, "mid1", SubmitOptions.DEFAULTS);
        world.runFor(Duration.ofMinutes(1));

        world.worker(world.member("w1"), WorkerOptions.of("w1", 1), (task, context) -> {
            order.add(task);
            return task;
        });
        world.until("all done", () -> world.names("status").size() == 4);

        assertThat(order).containsExactly("first", "mid0", "mid1", "late0");
    }

    @Test
    void aTaskIsNotHandedOutBeforeItsTime() {
        world.master("m1");
        world.worker(world.member("w1"), 1);
        TaskHandle<String> handle =
                world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS.withNotBefore(Duration.ofSeconds(30)));
        world.runFor(Duration.ofSeconds(29));

        assertThat(world.get("state", handle.state())).isEqualTo(TaskState.PENDING);

        world.runFor(Duration.ofSeconds(2));

        assertThat(world.get("state", handle.state())).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void labelsDecideWhichWorkersMayHaveATask() {
        world.master("m1");
        world.worker(world.member("plain"), 4);
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> handle = world.submit(client, "t", SubmitOptions.DEFAULTS.withLabels(Map.of("gpu", "yes")));
        world.runFor(Duration.ofSeconds(10));

        assertThat(world.get("state", handle.state())).isEqualTo(TaskState.PENDING);

        QueueWorld.Member special = world.member("special");
        world.worker(
                special,
                WorkerOptions.of("special", 1).withLabels(Map.of("gpu", "yes", "zone", "a")),
                (task, context) -> context.labels().toString());

        assertThat(world.result(handle).worker()).isEqualTo("special");
        assertThat(world.result(handle).value()).isEqualTo("{gpu=yes}");
    }

    @Test
    void drainingLetsHandlersFinishAndGivesBackTheRestUncounted() {
        world.master("m1");
        QueueWorld.Member one = world.member("w1");
        List<Runnable> held = new ArrayList<>();
        Worker<String, String> draining =
                one.queue().worker(WorkerOptions.of("w1", 2).withExecutor(held::add), (task, context) -> "by w1");
        draining.start();
        QueueWorld.Member client = world.member("client");
        List<TaskHandle<String>> handles = world.submit(client, "t", 4);
        world.until("two begun", () -> held.size() == 2);

        CompletionStage<Void> drained = draining.drain(Duration.ofSeconds(30));
        world.runFor(Duration.ofSeconds(1));
        world.worker(world.member("w2"), 1);
        world.until("the others done", () -> world.names("status").size() == 2);
        held.forEach(one.process().process()::execute);
        world.get("drained", drained);

        List<TaskResult<String>> results = handles.stream().map(world::result).toList();
        assertThat(results).extracting(TaskResult::worker).containsExactlyInAnyOrder("w1", "w1", "w2", "w2");
        assertThat(results).extracting(TaskResult::attempts).containsOnly(1);
        assertThat(world.names("workers")).containsExactly("w2");
        assertThat(draining.state()).isEqualTo(WorkerState.CLOSED);
    }

    @Test
    void closingAWorkerGivesItsTasksBackUncounted() {
        world.master("m1");
        QueueWorld.Member one = world.member("w1");
        List<Runnable> held = new ArrayList<>();
        Worker<String, String> closing =
                one.queue().worker(WorkerOptions.of("w1", 1).withExecutor(held::add), (task, context) -> "by w1");
        closing.start();
        TaskHandle<String> handle = world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS);
        world.until("begun", () -> held.size() == 1);

        closing.close();
        world.runFor(Duration.ofMillis(100));
        held.forEach(one.process().process()::execute);
        world.worker(world.member("w2"), 1);

        assertThat(world.result(handle).worker()).isEqualTo("w2");
        assertThat(world.result(handle).attempts()).isEqualTo(1);
    }

    @Test
    void cancellingAWaitingTaskEndsItAtOnce() {
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> handle = world.submit(client, "t", SubmitOptions.DEFAULTS);

        assertThat(world.get("cancelled", handle.cancel())).isTrue();

        TaskResult<String> result = world.result(handle);
        assertThat(result.ok()).isFalse();
        assertThat(result.error()).isEqualTo("cancelled");
        assertThat(world.get("state", handle.state())).isEqualTo(TaskState.CANCELLED);
        assertThat(world.get("cancelled twice", handle.cancel())).isFalse();
    }

    @Test
    void cancellingARunningTaskStopsItsHandlerUnlessThatWasFaster() {
        world.master("m1");
        QueueWorld.Member one = world.member("w1");
        List<Runnable> held = new ArrayList<>();
        one.queue()
                .worker(WorkerOptions.of("w1", 2).withExecutor(held::add), (task, context) -> {
                    if (context.isCancelled()) {
                        throw new InterruptedException();
                    }
                    return "done";
                })
                .start();
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> slow = world.submit(client, "slow", SubmitOptions.DEFAULTS);
        world.until("begun", () -> held.size() == 1);

        assertThat(world.get("asked", slow.cancel())).isTrue();
        world.runFor(Duration.ofMillis(100));
        held.forEach(one.process().process()::execute);

        assertThat(world.result(slow).error()).isEqualTo("cancelled");
        assertThat(world.result(slow).worker()).isEqualTo("w1");

        held.clear();
        TaskHandle<String> fast = world.submit(client, "fast", SubmitOptions.DEFAULTS);
        world.until("begun", () -> held.size() == 1);
        held.forEach(one.process().process()::execute);
        CompletionStage<Boolean> late = fast.cancel();

        TaskResult<String> result = world.result(fast);
        world.get("answered", late);
        assertThat(result.ok() ? "done" : "cancelled").isEqualTo(result.ok() ? result.value() : result.error());
    }

    @Test
    void anAttemptThatTakesTooLongHasFailed() {
        world.master("m1");
        QueueWorld.Member one = world.member("w1");
        List<Runnable> held = new ArrayList<>();
        one.queue()
                .worker(WorkerOptions.of("w1", 1).withExecutor(held::add), (task, context) -> "too late")
                .start();
        TaskHandle<String> handle = world.submit(
                world.member("client"),
                "t",
                SubmitOptions.DEFAULTS.withRunAtMost(Duration.ofSeconds(10)).withMaxAttempts(2));
        world.until("begun", () -> held.size() == 1);

        // The worker hangs: the master takes the task away and gives it out again, to hang again.
        TaskResult<String> result = world.result(handle);

        assertThat(result.ok()).isFalse();
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(result.error()).endsWith("ran longer than PT10S");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theBoundIsOvershotByNoMoreThanTheNumberOfSubmitters(int seed) {
        QueueWorld fresh = new QueueWorld(seed);
        List<CompletionStage<TaskHandle<String>>> stages = submitMany(fresh, false);

        int[] most = {0};
        fresh.simulation()
                .runUntil(
                        () -> {
                            most[0] = Math.max(most[0], fresh.children("tasks").size());
                            return false;
                        },
                        Duration.ofSeconds(10));

        assertThat(most[0]).isBetween(100, 110);
        finishAll(fresh, stages);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStrictBoundIsNeverOvershot(int seed) {
        QueueWorld fresh = new QueueWorld(seed);
        List<CompletionStage<TaskHandle<String>>> stages = submitMany(fresh, true);

        int[] most = {0};
        fresh.simulation()
                .runUntil(
                        () -> {
                            most[0] = Math.max(most[0], fresh.children("tasks").size());
                            return most[0] > 100;
                        },
                        Duration.ofSeconds(10));

        assertThat(most[0]).isEqualTo(100);
        finishAll(fresh, stages);
    }

    private static List<CompletionStage<TaskHandle<String>>> submitMany(QueueWorld fresh, boolean strictly) {
        List<CompletionStage<TaskHandle<String>>> stages = new ArrayList<>();
        for (int client = 0; client < 10; client++) {
            QueueWorld.Member member = fresh.member("client" + client, builder -> {
                builder.masterCandidate(false).submitTimeout(Duration.ofMinutes(10));
                return strictly ? builder.maxPendingStrictly(100) : builder.maxPending(100);
            });
            for (int task = 0; task < 20; task++) {
                stages.add(member.queue().submitter().submit(client + "-" + task));
            }
        }
        return stages;
    }

    private static void finishAll(QueueWorld fresh, List<CompletionStage<TaskHandle<String>>> stages) {
        fresh.master("m1");
        fresh.worker(fresh.member("w1"), 20);
        fresh.until("all done", () -> fresh.children("status").size() == stages.size());
    }

    @Test
    void aQueueThatStaysFullRefusesInTime() {
        QueueWorld.Member client = world.member(
                "client",
                builder -> builder.masterCandidate(false).maxPending(1).submitTimeout(Duration.ofSeconds(5)));
        world.submit(client, "t", SubmitOptions.DEFAULTS);

        CompletionStage<TaskHandle<String>> second = client.queue().submitter().submit("u");
        world.runFor(Duration.ofSeconds(6));

        assertThatThrownBy(() -> second.toCompletableFuture().getNow(null))
                .hasCauseInstanceOf(QueueFullException.class)
                .hasMessageContaining("maxPending=1");
        assertThat(world.names("tasks")).hasSize(1);
    }

    @Test
    void aTaskThatIsTooLargeIsRefusedAtOnce() {
        QueueWorld.Member client = world.member("client");

        assertThatThrownBy(() -> client.queue()
                        .submitter()
                        .submit("x".repeat(65_537))
                        .toCompletableFuture()
                        .getNow(null))
                .hasMessageContaining("task of 65537 bytes: must be at most 65536");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void fiftySubmitsWithOneKeyAreOneTask(long seed) {
        QueueWorld fresh = new QueueWorld(seed);
        fresh.master("m1");
        fresh.worker(fresh.member("w1"), 2);
        List<CompletionStage<TaskHandle<String>>> stages = new ArrayList<>();
        for (int client = 0; client < 10; client++) {
            QueueWorld.Member member = fresh.member("client" + client);
            for (int task = 0; task < 5; task++) {
                stages.add(member.queue()
                        .submitter()
                        .submit("same", SubmitOptions.DEFAULTS.withIdempotencyKey("order 42")));
            }
        }
        fresh.store().faults().dropNextReply(OpKind.COMMIT);

        List<TaskId> ids = stages.stream()
                .map(stage -> fresh.get("submitted", stage).id())
                .distinct()
                .toList();

        assertThat(ids).hasSize(1);
        fresh.until("done", () -> fresh.children("status").size() == 1);
        assertThat(fresh.names("tasks")).isEmpty();
        assertThat(fresh.executions("same")).isEqualTo(1);
    }

    @Test
    void acknowledgingFreesTheKey() {
        world.master("m1");
        world.worker(world.member("w1"), 1);
        QueueWorld.Member client = world.member("client");
        SubmitOptions once = SubmitOptions.DEFAULTS.withIdempotencyKey("k");
        TaskHandle<String> first = world.submit(client, "t", once);
        world.result(first);

        assertThat(world.submit(client, "t", once).id()).isEqualTo(first.id());

        world.get("acknowledged", first.acknowledge());

        assertThat(world.submit(client, "t", once).id()).isNotEqualTo(first.id());
    }

    @Test
    void anyProcessCanWaitForTheResultByTheTasksId() {
        world.master("m1");
        TaskId id = world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS)
                .id();
        QueueWorld.Member other = world.member("other");
        CompletionStage<TaskResult<String>> result =
                other.queue().submitter().attach(new TaskId(id.name())).result();
        world.runFor(Duration.ofSeconds(1));
        world.store().faults().expire("other");
        world.runFor(Duration.ofSeconds(1));

        world.worker(world.member("w1"), 1);

        assertThat(world.get("result", result).value()).isEqualTo("T");
    }

    @Test
    void resultsNobodyAcknowledgesAreRemovedInTheEnd() {
        QueueWorld.Member master = world.member("m1", builder -> builder.statusTtl(Duration.ofMinutes(1)));
        master.queue().start();
        world.worker(world.member("w1"), 1);
        TaskHandle<String> handle =
                world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS.withIdempotencyKey("k"));
        world.result(handle);
        world.runFor(Duration.ofSeconds(50));

        assertThat(world.names("status")).hasSize(1);

        world.runFor(Duration.ofSeconds(20));

        assertThat(world.names("status")).isEmpty();
        assertThat(world.names("keys")).isEmpty();
    }

    @Test
    void everythingGoesOnAfterEverySessionExpired() {
        List<QueueWorld.Member> members = new ArrayList<>(List.of(world.master("m1"), world.master("m2")));
        members.add(world.member("w1"));
        members.add(world.member("w2"));
        world.worker(members.get(2), 2);
        world.worker(members.get(3), 2);
        QueueWorld.Member client = world.member("client");
        members.add(client);
        List<TaskHandle<String>> handles = world.submit(client, "t", 30);
        List<CompletionStage<TaskResult<String>>> results =
                handles.stream().map(TaskHandle::result).toList();
        world.until("some done", () -> world.names("status").size() > 5);

        members.forEach(member -> world.store().faults().expire(member.name()));
        world.until(
                "all done",
                SimulatedWorld.TIMEOUT.multipliedBy(3),
                () -> world.names("status").size() == 30);

        results.forEach(result -> assertThat(world.get("result", result).ok()).isTrue());
    }

    @Test
    void aWorkerThatWakesUpTooLateHarmsNothing() {
        world.master("m1");
        FencedResource resource = new FencedResource();
        Map<FencingToken, Boolean> admitted = new LinkedHashMap<>();
        QueueWorld.Member zombie = world.member("w1");
        SimulatedProcess sleeping = zombie.process().process();
        List<TaskId> stale = new ArrayList<>();
        Worker<String, String> sleeper = zombie.queue()
                .worker(WorkerOptions.of("w1", 1).withExecutor(sleeping::execute), (task, context) -> {
                    sleeping.pause(SimulatedWorld.TIMEOUT.multipliedBy(2));
                    // What the handler was in the middle of goes on as soon as the process does.
                    sleeping.execute(() -> admitted.put(context.token(), resource.admit(context.token())));
                    return "too late";
                });
        sleeper.addListener(new WorkerListener() {
            @Override
            public void stale(TaskId id) {
                stale.add(id);
            }
        });
        sleeper.start();
        TaskHandle<String> handle = world.submit(world.member("client"), "t", SubmitOptions.DEFAULTS);
        world.until("begun", () -> !world.assignments().isEmpty());
        NodePath first = world.assignments().get(0).path();
        world.worker(world.member("w2"), WorkerOptions.of("w2", 1), (task, context) -> {
            admitted.put(context.token(), resource.admit(context.token()));
            return context.token().asFixedHex();
        });
        TaskResult<String> result = world.result(handle);
        world.until("awake", () -> admitted.size() == 2);
        world.runFor(Duration.ofSeconds(10));

        assertThat(result.worker()).isEqualTo("w2");
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(admitted.values()).containsExactly(true, false);
        assertThat(stale).hasSize(1);
        assertThat(world.store().node(first.toString())).isEmpty();
        assertThat(world.names("status")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aMasterThatWakesUpTooLateAssignsNothing(long seed) {
        QueueWorld fresh = new QueueWorld(seed);
        QueueWorld.Member old = fresh.master("m1");
        fresh.until("master", () -> fresh.store().node("/jobs/master").isPresent());
        fresh.master("m2");
        fresh.worker(fresh.member("w1"), 2);
        QueueWorld.Member client = fresh.member("client");
        long oldToken = old.queue().mastership().orElseThrow().token().value();
        fresh.submit(client, "a", 10);

        old.process().process().pause(SimulatedWorld.TIMEOUT.multipliedBy(2));
        fresh.until(
                "replaced",
                () -> fresh.store()
                        .node("/jobs/master")
                        .filter(node -> node.data().utf8().startsWith("id=m2\n"))
                        .isPresent());
        long replaced = fresh.store().node("/jobs/master").orElseThrow().stat().createRev();
        fresh.submit(client, "b", 10);
        fresh.until("all done", () -> {
            for (Node node : fresh.assignments()) {
                if (node.stat().createRev() > replaced) {
                    assertThat(TaskEnvelope.decode(node.data()).progress().token())
                            .isGreaterThan(oldToken);
                }
            }
            return fresh.names("status").size() == 20;
        });
        fresh.runFor(Duration.ofSeconds(20));

        assertThat(fresh.names("status")).hasSize(20);
        assertThat(fresh.names("election")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(WorkerOptions.Restart.class)
    void aWorkerThatRestartsUnderItsIdGetsNothingTwice(WorkerOptions.Restart restart) {
        world.master("m1");
        QueueWorld.Member before = world.member("w1-before");
        List<Runnable> never = new ArrayList<>();
        WorkerOptions options = WorkerOptions.of("w1", 3).withRestart(restart);
        before.queue()
                .worker(options.withExecutor(never::add), (task, context) -> "never")
                .start();
        List<TaskHandle<String>> handles = world.submit(world.member("client"), "t", 3);
        world.until("begun", () -> never.size() == 3);

        before.kill();
        world.runFor(Duration.ofSeconds(1));
        QueueWorld.Member after = world.member("w1-after");
        List<TaskId> started = new ArrayList<>();
        world.worker(after, options, (task, context) -> {
            started.add(context.id());
            return "attempt " + context.attempt();
        });
        List<TaskResult<String>> results = handles.stream().map(world::result).toList();
        world.runFor(Duration.ofSeconds(10));

        assertThat(results).allMatch(TaskResult::ok);
        assertThat(started).doesNotHaveDuplicates().hasSize(3);
        assertThat(world.names("status")).hasSize(3);
    }

    @Test
    void aSecondWorkerOfTheSameIdWaitsAndIsTold() {
        world.worker(world.member("one"), WorkerOptions.of("w", 1), (task, context) -> "one");
        world.until("registered", () -> world.names("workers").contains("w"));
        List<String> told = new ArrayList<>();
        QueueWorld.Member two = world.member("two");
        Worker<String, String> second = two.queue().worker("w", 1, (task, context) -> "two");
        second.addListener(new WorkerListener() {
            @Override
            public void duplicate(DuplicateWorkerException conflict) {
                told.add(conflict.getMessage());
            }
        });
        second.start();
        world.runFor(Duration.ofSeconds(5));

        assertThat(told).containsExactly("worker id w is taken by a live session at /jobs/workers/w");
        assertThat(second.state()).isEqualTo(WorkerState.WAITING);

        world.store().faults().expire("one");
        world.until("second is in", () -> second.state() == WorkerState.WORKING);
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void whateverHappensToAWorkerEveryTaskEndsOnce(Failure failure) {
        world.master("standing");
        QueueWorld.Member struck = world.member("struck");
        world.worker(struck, 2);
        world.worker(world.member("other"), 2);
        endsOnce(failure, struck);
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void whateverHappensToTheMasterEveryTaskEndsOnce(Failure failure) {
        QueueWorld.Member struck = world.master("struck");
        world.until("master", () -> struck.queue().mastership().isPresent());
        world.master("standby");
        world.worker(world.member("one"), 2);
        world.worker(world.member("other"), 2);
        endsOnce(failure, struck);
    }

    private void endsOnce(Failure failure, QueueWorld.Member struck) {
        QueueWorld.Member client = world.member("client");
        List<TaskHandle<String>> handles = world.submit(client, "task", 40);
        world.until("begun", () -> world.names("status").size() > 2);

        failure.strike(world.store(), struck.process().process(), SimulatedWorld.TIMEOUT);
        List<TaskResult<String>> results = handles.stream().map(world::result).toList();

        assertThat(results).allMatch(TaskResult::ok);
        assertThat(world.names("status")).hasSize(40);
        if (failure.goesUnnoticed()) {
            assertThat(results).extracting(TaskResult::attempts).containsOnly(1);
        }
    }

    @Test
    void aStoreThatIsAwayAtTheStartIsWaitedFor() {
        world.store().faults().restart(Duration.ofMinutes(3));
        world.master("m");
        world.worker(world.member("w"), 1);
        QueueWorld.Member client = world.member("c", builder -> builder.submitTimeout(Duration.ofMinutes(5)));

        TaskHandle<String> handle = world.submit(client, "task", SubmitOptions.DEFAULTS);

        assertThat(world.result(handle).value()).isEqualTo("TASK");
    }

    @Test
    void whatIsNoTaskIsMovedOutOfTheWay() {
        world.store().put(NodePath.of("/jobs/tasks/poison"), Payload.utf8("rm -rf"));
        world.master("m1");
        world.worker(world.member("w1"), 1);
        QueueWorld.Member client = world.member("client");

        TaskResult<String> other = world.result(world.submit(client, "t", SubmitOptions.DEFAULTS));

        assertThat(other.ok()).isTrue();
        List<DeadTask<String>> dead = world.get("dead", client.queue().dead().list());
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).id()).isEqualTo(new TaskId("poison"));
        assertThat(dead.get(0).failures().get(0)).contains("not baton-task 1");
        assertThat(dead.get(0).task()).contains("rm -rf");
    }

    @Test
    void directoriesThatTheStoreRemovedAreMadeAgain() {
        world.master("m1");
        world.worker(world.member("w1"), 1);
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> first = world.submit(client, "t", SubmitOptions.DEFAULTS);
        world.result(first);
        world.get("acknowledged", first.acknowledge());
        world.runFor(Duration.ofMinutes(3));

        assertThat(world.store().node("/jobs/tasks")).isEmpty();
        assertThat(world.store().node("/jobs/status")).isEmpty();

        assertThat(world.result(world.submit(client, "u", SubmitOptions.DEFAULTS))
                        .value())
                .isEqualTo("U");
    }

    @Test
    void aWorkerFasterThanTheWordOfItsAssignmentsIsNotTakenForBusy() {
        QueueWorld skipping = new QueueWorld(8);
        skipping.master("m1");
        QueueWorld.Member fast = skipping.member("w1");
        fast.queue()
                .worker(
                        WorkerOptions.of("w1", 2).withExecutor(fast.process().process()::execute),
                        (task, context) -> task.toUpperCase())
                .start();

        skipping.submit(skipping.member("client"), "t", 100);
        skipping.until(
                "all done",
                Duration.ofSeconds(30),
                () -> skipping.names("status").size() == 100);
    }

    @Test
    void theViewCountsWhatThereIs() {
        world.master("m1");
        world.worker(world.member("w1"), 2);
        QueueWorld.Member client = world.member("client");
        world.submit(client, "t", 3).forEach(world::result);
        world.submit(client, "later", SubmitOptions.DEFAULTS.withNotBefore(Duration.ofHours(1)));

        MasterView view = world.get("view", client.queue().view());

        assertThat(view.master()).isEqualTo("m1");
        assertThat(view.workers()).containsExactly(new WorkerLoad(new WorkerRef("w1"), 2, 0, false, Map.of()));
        assertThat(view)
                .extracting(MasterView::pending, MasterView::assigned, MasterView::finished, MasterView::dead)
                .containsExactly(1, 0, 3, 0);
    }

    @Test
    void anAssignerThatThrowsOrHangsIsAskedAgain() {
        int[] calls = {0};
        QueueWorld.Member master = world.member(
                "m1",
                builder -> builder.assigner((pending, free) -> {
                    calls[0]++;
                    if (calls[0] == 1) {
                        throw new IllegalStateException("not today");
                    }
                    return Map.of(pending.get(0), free.get(0).worker());
                }));
        master.queue().start();
        world.worker(world.member("w1"), 2);

        List<TaskHandle<String>> handles = world.submit(world.member("client"), "t", 3);

        handles.forEach(handle -> assertThat(world.result(handle).ok()).isTrue());
        assertThat(calls[0]).isGreaterThan(3);
    }

    @Test
    void closingTheClientFailsLocalWaitsAndLeavesTheTasks() {
        QueueWorld.Member client = world.member("client");
        TaskHandle<String> handle = world.submit(client, "t", SubmitOptions.DEFAULTS);
        CompletionStage<TaskResult<String>> result = handle.result();

        client.queue().close();
        client.queue().close();
        world.runFor(Duration.ofSeconds(1));

        assertThat(result.toCompletableFuture()).isCompletedExceptionally();
        assertThat(world.names("tasks")).hasSize(1);
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            all.add(prefix + number);
        }
        return all;
    }
}
