package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.Leadership;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.membership.GroupMembership;
import baton.recipes.membership.Member;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskResult;
import baton.recipes.queue.TaskState;
import baton.recipes.registry.Registration;
import baton.recipes.registry.ServiceCache;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What recipes promise while their server is away, and when it is back; all of them share one outage. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#overTheNetwork")
class RestartedServerRealTest extends OnRealCore {
    /** What other processes may cost beyond the time that is promised. */
    private static final Duration BUSY_MACHINE = Duration.ofSeconds(3);

    /** A recipe in use, made before the outage: what must hold when all leases are over, and in the end. */
    private record Survivor(String promise, Executable whileAway, Executable afterwards) {}

    @TestFactory
    List<DynamicTest> everythingOutlivesAServerThatIsAwayForLongerThanSessionsLive() throws Throwable {
        RealStore server = store();
        LockGrant lease = get(new InterProcessMutex(client(), "/lease").acquireAsync());
        List<Survivor> survivors = List.of(latch(), lock(), barrier(), group(), registry(), config(), queue());

        server.forgetHistory();
        server.stop();
        get(lease.lost());
        for (Survivor each : survivors) {
            each.whileAway().execute();
        }
        server.startAgain();

        return survivors.stream()
                .map(each -> DynamicTest.dynamicTest(each.promise(), each.afterwards()))
                .toList();
    }

    @Test
    void aServerThatIsBackInTimeCostsNobodyWhatTheyHave() throws Exception {
        RealStore server = store();
        LockGrant lock = get(new InterProcessMutex(client(LONG), "/short/lock").acquireAsync());
        Leadership leadership = closing(new LeaderLatch(client(LONG), "/short/latch", "first").start())
                .await();
        GroupMembership group = closing(new GroupMembership(client(LONG), "/short/group", "a", Payload.EMPTY))
                .start();
        get(group.join());
        Queue<Member> gone = new ConcurrentLinkedQueue<>();
        group.addListener((before, after, joined, left, updated) -> gone.addAll(left));
        CountDownLatch away = new CountDownLatch(1);
        MasterWorkerQueue<String, String> queue = queue(client(LONG), "/short/queue", "a", away);
        TaskHandle<String> task = get(queue.submitter().submit("task"));
        awaiting().until(() -> get(task.state()) == TaskState.ASSIGNED);

        server.forgetHistory();
        server.stop();
        away.countDown();
        server.startAgain();

        assertThat(get(lock.verify())).isTrue();
        assertThat(get(leadership.verify())).isTrue();
        TaskResult<String> result = get(task.result());
        assertThat(result.value()).isEqualTo("TASK");
        assertThat(result.attempts()).isEqualTo(1);
        get(group.setThisData(Payload.utf8("after")));
        awaiting().until(() -> group.view().members().get("a").payload().utf8().equals("after"));
        assertThat(gone).isEmpty();
    }

    @Test
    void aServerThatStandsStillForThreeTimeoutsLosesNoTask() throws Exception {
        Duration timeout = Duration.ofMillis(800);
        CountDownLatch running = new CountDownLatch(0);
        queue(client(timeout), "/paused/queue", "a", running);
        queue(client(timeout), "/paused/queue", "b", running);
        MasterWorkerQueue<String, String> client = closing(ParticipantProcess.queue(client(timeout), "/paused/queue")
                .masterCandidate(false)
                .build());
        List<CompletionStage<TaskHandle<String>>> submitted = new ArrayList<>();
        for (int task = 0; task < 100; task++) {
            submitted.add(client.submitter().submit("before" + task));
        }
        RealStore server = store();
        LockGrant lease = get(new InterProcessMutex(client(timeout), "/paused/lease").acquireAsync());

        server.pause();
        long pausedAtNanos = System.nanoTime();
        get(lease.lost());
        awaiting().until(() -> System.nanoTime() - pausedAtNanos > 3 * timeout.toNanos());
        server.resume();
        long resumedAtNanos = System.nanoTime();
        TaskHandle<String> after = get(client.submitter().submit("after"));
        get(after.result());

        assertThat(Duration.ofNanos(System.nanoTime() - resumedAtNanos))
                .isLessThan(timeout.multipliedBy(2).plus(BUSY_MACHINE));
        for (CompletionStage<TaskHandle<String>> each : submitted) {
            assertThat(get(get(each).result()).value()).startsWith("BEFORE");
        }
        MasterView view = get(client.view());
        assertThat(List.of(view.pending(), view.assigned(), view.finished(), view.dead()))
                .as("pending, assigned, finished, dead")
                .containsExactly(0, 0, 101, 0);
    }

    private Survivor latch() throws Exception {
        LeaderLatch first = closing(new LeaderLatch(client(), "/latch", "first").start());
        first.await();
        LeaderLatch second = closing(new LeaderLatch(client(), "/latch", "second").start());
        return new Survivor(
                "exactly one leads again",
                () -> awaiting().untilAsserted(() -> {
                    assertThat(first.hasLeadership()).isFalse();
                    assertThat(second.hasLeadership()).isFalse();
                }),
                () -> awaiting().until(() -> first.hasLeadership() != second.hasLeadership()));
    }

    private Survivor lock() throws Exception {
        LockGrant held = get(new InterProcessMutex(client(), "/lock").acquireAsync());
        CompletableFuture<LockGrant> waiting = new InterProcessMutex(client(), "/lock").acquireAsync();
        return new Survivor(
                "who waited for a lock gets it",
                () -> {
                    get(held.lost());
                    assertThat(waiting).isNotDone();
                },
                () -> {
                    LockGrant granted = get(waiting);
                    assertThat(held.isValid()).isFalse();
                    assertThat(granted.isValid()).isTrue();
                    assertThat(granted.token()).isGreaterThan(held.token());
                });
    }

    private Survivor barrier() throws Exception {
        DistributedBarrier gate = new DistributedBarrier(client(), "/barrier/gate");
        DistributedBarrier other = new DistributedBarrier(client(), "/barrier/gate");
        gate.setBarrier();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int at = 0; at < 100; at++) {
            waiting.add((at % 2 == 0 ? gate : other).waitOnBarrierAsync());
        }
        return new Survivor(
                "who waits before a gate still does, and passes when it is lifted",
                () -> assertThat(waiting).noneMatch(CompletableFuture::isDone),
                () -> {
                    assertThat(gate.isSet()).isTrue();
                    assertThat(waiting).noneMatch(CompletableFuture::isDone);
                    gate.removeBarrier();
                    for (CompletableFuture<Boolean> passing : waiting) {
                        assertThat(get(passing)).isTrue();
                    }
                });
    }

    private Survivor group() throws Exception {
        List<GroupMembership> members = List.of(
                closing(new GroupMembership(client(), "/group", "a", Payload.EMPTY))
                        .start(),
                closing(new GroupMembership(client(), "/group", "b", Payload.EMPTY))
                        .start());
        for (GroupMembership member : members) {
            member.join();
            assertThat(member.awaitSize(size -> size > 0, LONG)).isTrue();
        }
        for (GroupMembership member : members) {
            assertThat(member.awaitSize(size -> size == 2, LONG)).isTrue();
        }
        return new Survivor(
                "a group keeps its last view, stale, and has all members back",
                () -> assertThat(members).allSatisfy(member -> {
                    assertThat(member.view().stale()).isTrue();
                    assertThat(member.view().members()).containsOnlyKeys("a", "b");
                }),
                () -> awaiting()
                        .untilAsserted(() -> assertThat(members).allSatisfy(member -> {
                            assertThat(member.view().stale()).isFalse();
                            assertThat(member.view().members()).containsOnlyKeys("a", "b");
                        })));
    }

    private Survivor registry() throws Exception {
        ServiceRegistry<String> announcing = serviceRegistry();
        ServiceInstance<String> instance =
                ServiceInstance.<String>builder("echo").id("e1").build();
        Registration<String> registration = announcing.register(instance);
        get(registration.awaitRegistered());
        ServiceRegistry<String> calling = serviceRegistry();
        ServiceCache<String> cache = closing(calling.serviceCache("echo"));
        ServiceProvider<String> provider = closing(
                calling.serviceProviderBuilder().serviceName("echo").build().start());
        assertThat(provider.awaitInitial(LONG)).isTrue();
        return new Survivor(
                "callers find the instance all the time, and what is updated meanwhile when the server is back",
                () -> {
                    assertThat(provider.pick().instance().id()).isEqualTo("e1");
                    assertThat(provider.isStale()).isTrue();
                    registration.update(instance.toBuilder().version("2").build());
                },
                () -> awaiting().untilAsserted(() -> {
                    assertThat(provider.pick().instance().version()).isEqualTo("2");
                    assertThat(cache.isStale()).isFalse();
                    assertThat(calling.queryForInstances("echo")).hasSize(1);
                }));
    }

    private Survivor config() throws Exception {
        ConfigPublisher<String> publisher = ConfigWatcherRealTest.publisher(client(), "/config", true);
        publisher.publishNow("1", "test", "");
        ConfigWatcher<Integer> watcher = closing(ConfigWatcherRealTest.watcher(client(), "/config", true));
        ConfigWatcherRealTest.Heard heard = new ConfigWatcherRealTest.Heard();
        watcher.addListener(heard);
        watcher.start();
        assertThat(watcher.awaitReady(LONG)).isTrue();
        publisher.publishNow("nonsense", "test", "");
        awaiting().until(() -> !heard.rejected.isEmpty());
        return new Survivor(
                "the last good value stays, and the next one is heard of",
                () -> assertThat(watcher.current()).isEqualTo(1),
                () -> {
                    assertThat(get(watcher.refresh()).value()).isEqualTo(1);
                    publisher.publishNow("2", "test", "");
                    awaiting().until(() -> watcher.current() == 2);
                    assertThat(heard.rejected).containsExactly("nonsense");
                });
    }

    private Survivor queue() throws Exception {
        CountDownLatch away = new CountDownLatch(1);
        for (String id : List.of("a", "b")) {
            queue(client(), "/queue", id, away);
        }
        MasterWorkerQueue<String, String> client = closing(ParticipantProcess.queue(client(), "/queue")
                .masterCandidate(false)
                .build());
        List<CompletionStage<TaskHandle<String>>> submitted = new ArrayList<>();
        for (int task = 0; task < 10; task++) {
            submitted.add(client.submitter().submit("before" + task));
        }
        awaiting().until(() -> get(client.view()).assigned() == 4);
        return new Survivor(
                "every task of before and meanwhile ends in one record",
                () -> {
                    away.countDown();
                    submitted.add(client.submitter().submit("meanwhile"));
                },
                () -> {
                    for (CompletionStage<TaskHandle<String>> each : submitted) {
                        assertThat(get(get(each).result()).value()).matches("(BEFORE\\d|MEANWHILE)");
                    }
                    MasterView view = get(client.view());
                    assertThat(List.of(view.pending(), view.assigned(), view.finished(), view.dead()))
                            .as("pending, assigned, finished, dead")
                            .containsExactly(0, 0, 11, 0);
                });
    }

    /** Stands for election and works: its tasks end when {@code away} says so. */
    private MasterWorkerQueue<String, String> queue(
            CoordinationClient client, String path, String worker, CountDownLatch away) {
        MasterWorkerQueue<String, String> queue =
                closing(ParticipantProcess.queue(client, path).build());
        queue.start();
        queue.worker(worker, 2, (task, context) -> {
                    away.await();
                    return task.toUpperCase();
                })
                .start();
        return queue;
    }

    private ServiceRegistry<String> serviceRegistry() {
        return closing(ServiceRegistry.builder(client(), "/services", Codec.utf8())
                .build()
                .start());
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await().atMost(LONG);
    }
}
