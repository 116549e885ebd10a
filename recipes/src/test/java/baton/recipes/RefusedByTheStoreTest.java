package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.Leadership;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.membership.GroupMembership;
import baton.recipes.node.NodeMode;
import baton.recipes.node.PersistentNode;
import baton.recipes.node.PersistentNodeListener;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.Worker;
import baton.recipes.queue.WorkerListener;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import baton.recipes.run.Waiting;
import baton.recipes.sim.RefusingCore;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store refuses for good reaches the caller at once, and is not asked for again and again. */
class RefusedByTheStoreTest {
    private static final Duration A_WHILE = Duration.ofMinutes(2);
    /** Each recipe has a few things to ask for: once each. */
    private static final int ASKED_MAX = 4;

    private final SimulatedWorld world = new SimulatedWorld(3);

    /** What no retry can help. */
    enum Refusal {
        DENIED,
        TOO_LARGE,
        UNSUPPORTED;

        CoreError error() {
            return CoreError.valueOf(name());
        }
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aGateThatMayNotBeClosedSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        DistributedBarrier gate = new DistributedBarrier(refused.client(), "/gate");

        assertRefused(refusal, refused, gate.setBarrierAsync());
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aGateThatMayNotBeSeenSaysSoToWhoWaits(Refusal refusal) {
        Refused refused = refused(refusal, Set.of("readAndArm"));
        DistributedBarrier gate = new DistributedBarrier(refused.client(), "/gate");

        assertRefused(refusal, refused, gate.waitOnBarrierAsync());
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aNodeThatMayNotBeMadeIsReportedOnce(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        PersistentNode node =
                new PersistentNode(refused.client(), NodeMode.EPHEMERAL, NodePath.of("/n/a"), Payload.EMPTY);
        List<CoreError> denied = new ArrayList<>();
        node.addListener(new PersistentNodeListener() {
            @Override
            public void denied(CoordinationException error) {
                denied.add(error.code());
            }
        });

        node.start();

        assertRefused(refusal, refused, node.initialCreate());
        assertThat(denied).containsExactly(refusal.error());
        assertThat(node.describe().fields().get("lastError").toString()).contains("is not allowed here");
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aGroupThatMayNotBeJoinedSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        GroupMembership group = new GroupMembership(refused.client(), "/group", "a", Payload.EMPTY).start();

        assertRefused(refusal, refused, group.join());
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void anInstanceThatMayNotBeRegisteredSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        ServiceRegistry<String> registry = ServiceRegistry.builder(refused.client(), "/services", Codec.utf8())
                .build()
                .start();

        assertRefused(
                refusal,
                refused,
                registry.register(ServiceInstance.<String>builder("web").build())
                        .awaitRegistered());
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aValueThatMayNotBePublishedSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        ConfigPublisher<String> publisher = ConfigPublisher.builder(refused.client(), "/config", Codec.utf8())
                .versioned()
                .build();

        assertRefused(refusal, refused, publisher.publish("1", Optional.empty(), "a", ""));
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aValueThatMayNotBeReadSaysSoAndLeavesTheDefault(Refusal refusal) {
        Refused refused = refused(refusal, Set.of("readAndArm"));
        ConfigWatcher<String> watcher = ConfigWatcher.builder(refused.client(), "/config", Codec.utf8())
                .defaultValue("default")
                .build();
        watcher.start();

        world.get("ready", watcher.ready());
        world.runFor(A_WHILE);

        assertThat(watcher.current()).isEqualTo("default");
        assertThat(watcher.snapshot().lastRejection().orElseThrow().reason()).contains("readAndArm is not allowed");
        assertThat(refused.asked()).isBetween(1, ASKED_MAX);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aTaskThatMayNotBeSubmittedSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);

        assertRefused(refusal, refused, queue(refused.client()).submitter().submit("task"));
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aWorkerThatMayNotRegisterIsToldOnce(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        Worker<String, String> worker = queue(refused.client()).worker("w", 1, (task, context) -> task);
        CompletableFuture<Void> denied = new CompletableFuture<>();
        worker.addListener(new WorkerListener() {
            @Override
            public void denied(CoordinationException error) {
                assertThat(denied.completeExceptionally(error)).isTrue();
            }
        });

        worker.start();

        assertRefused(refusal, refused, denied);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aLockThatMayNotBeTakenSaysSo(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);

        assertRefused(refusal, refused, new InterProcessMutex(refused.client(), "/lock").acquireAsync());
    }

    /** A latch is there for long, and an operator may let it in later. */
    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aLatchThatMayNotStandInLineSaysSoToWhoWaitsAndAsksNowAndThen(Refusal refusal) {
        Refused refused = refused(refusal, RefusingCore.CHANGES);
        LeaderLatch latch = new LeaderLatch(refused.client(), "/leader", "a").start();
        CompletableFuture<Leadership> waiting = latch.nextLeadership().toCompletableFuture();

        world.until("refused", Duration.ofSeconds(2), waiting::isDone);
        world.runFor(A_WHILE);

        assertThat(waiting)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .satisfies(failure -> assertThat(Calls.codeOf(failure)).isEqualTo(refusal.error()));
        assertThat(latch.describe().fields().get("lastError")).asString().contains("is not allowed here");
        assertThat(refused.asked()).isBetween(2, 30);
    }

    private void assertRefused(Refusal refusal, Refused refused, CompletionStage<?> outcome) {
        CompletableFuture<?> future = outcome.toCompletableFuture();
        world.until("refused", Duration.ofSeconds(2), future::isDone);
        world.runFor(A_WHILE);

        assertThat(future).failsWithin(Duration.ZERO).withThrowableThat().satisfies(failure -> {
            assertThat(Calls.codeOf(failure)).isEqualTo(refusal.error());
            assertThat(Waiting.causeOf(failure)).hasMessageContaining("is not allowed here");
        });
        assertThat(refused.asked()).isBetween(1, ASKED_MAX);
    }

    private static MasterWorkerQueue<String, String> queue(CoordinationClient client) {
        return MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8())
                .masterCandidate(false)
                .build();
    }

    /** A client that may not do everything. */
    private record Refused(CoordinationClient client, RefusingCore core) {
        int asked() {
            return core.asked();
        }
    }

    private Refused refused(Refusal refusal, Set<String> operations) {
        AtomicReference<RefusingCore> made = new AtomicReference<>();
        CoordinationClient client = world.member("refused", (core, process) -> {
                    made.set(new RefusingCore(core, process, refusal.error(), operations));
                    return made.get();
                })
                .client();
        world.until("connected", client::isConnected);
        return new Refused(client, made.get());
    }
}
