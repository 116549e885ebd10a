package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.membership.GroupMembership;
import baton.recipes.node.NodeMode;
import baton.recipes.node.PersistentNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that wait for what does not come, on real threads: they end in time, and at once when interrupted. */
class BlockingCallsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(60);
    /** Of a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final int CALLS_MORE = 20;

    private final SimulatedStore store = SimulatedStore.inProcess();
    private final CoordinationClient client =
            CoordinationClient.builder(store.core("caller")).build().start();

    @AfterEach
    void close() {
        client.close();
        store.close();
    }

    /** A call that waits for what does not come. */
    interface Call {
        boolean until(Duration timeout) throws InterruptedException;
    }

    enum Waits {
        BEFORE_A_GATE {
            @Override
            Call on(CoordinationClient client, SimulatedStore store) {
                store.put(NodePath.of("/gate"), Payload.EMPTY);
                return new DistributedBarrier(client, "/gate")::waitOnBarrier;
            }
        },
        FOR_A_PATH_THAT_IS_TAKEN {
            @Override
            Call on(CoordinationClient client, SimulatedStore store) {
                store.put(NodePath.of("/taken"), Payload.EMPTY);
                PersistentNode node =
                        new PersistentNode(client, NodeMode.EPHEMERAL, NodePath.of("/taken"), Payload.EMPTY);
                node.start();
                return timeout -> node.waitForInitialCreate(timeout.toMillis(), TimeUnit.MILLISECONDS);
            }
        },
        FOR_MEMBERS {
            @Override
            Call on(CoordinationClient client, SimulatedStore store) {
                GroupMembership group = new GroupMembership(client, "/group").start();
                return timeout -> group.awaitSize(size -> size > 0, timeout);
            }
        },
        FOR_A_VALUE {
            @Override
            Call on(CoordinationClient client, SimulatedStore store) {
                ConfigWatcher<String> watcher =
                        ConfigWatcher.builder(client, "/config", Codec.utf8()).build();
                watcher.start();
                return watcher::awaitReady;
            }
        };

        abstract Call on(CoordinationClient client, SimulatedStore store);
    }

    @ParameterizedTest
    @EnumSource(Waits.class)
    void endInTimeAndLeaveNothing(Waits waits) throws Exception {
        Call call = waits.on(client, store);
        call.until(SHORT);
        int registrations = store.registrations();

        long begun = System.nanoTime();
        boolean came = call.until(SHORT);

        assertThat(came).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, SHORT.plus(SLACK));
        for (int i = 0; i < CALLS_MORE; i++) {
            call.until(Duration.ofMillis(1));
        }
        // What the recipe itself looks at may have been armed only now: that is less than one for each call.
        await().until(() -> store.registrations() < registrations + CALLS_MORE / 2);
    }

    @ParameterizedTest
    @EnumSource(Waits.class)
    void endAtOnceWhenInterrupted(Waits waits) throws Exception {
        Call call = waits.on(client, store);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                outcome.complete("came " + call.until(LONG));
            } catch (InterruptedException interrupt) {
                outcome.complete("interrupted, flag " + Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        caller.interrupt();

        assertThat(outcome.get(SLACK.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("interrupted, flag false");
    }
}
