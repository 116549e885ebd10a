package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.ZnodeCore;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.JavaProcess;
import baton.recipes.CoordinationClient;
import baton.recipes.LossReason;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What latch and lock promise when processes are killed and paused, links cut and the server restarted, for real. */
@Timeout(120)
abstract class RealFaultContract {
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final Duration LONG = Duration.ofSeconds(30);
    /** Session timeout, a tick of the server, and a second. */
    private static final long HAND_OVER_NANOS_MAX = TIMEOUT.plusMillis(1500).toNanos();

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private RealStore store;

    abstract RealStore open(Path directory);

    @BeforeEach
    void openStore() {
        store = open(directory);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int at = opened.size() - 1; at >= 0; at--) {
            opened.get(at).close();
        }
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"latch", "lock"})
    void aKilledHolderIsSucceededInTimeWithALargerToken(String recipe) {
        List<JavaProcess> waiting = new ArrayList<>(List.of(contender(recipe), contender(recipe), contender(recipe)));
        long tokenBefore = -1;
        long killedAtNanos = 0;

        for (int round = 0; round < 3; round++) {
            JavaProcess holder = awaitGrant(waiting);
            Granted granted = Granted.of(holder);

            assertThat(granted.token).isGreaterThan(tokenBefore);
            if (round > 0) {
                assertThat(granted.atNanos - killedAtNanos).isBetween(0L, HAND_OVER_NANOS_MAX);
            }
            tokenBefore = granted.token;
            waiting.remove(holder);
            killedAtNanos = System.nanoTime();
            holder.kill();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"latch", "lock"})
    void aPausedHolderFindsItsGrantInvalidAtTheFirstCallAndItsWritesRefused(String recipe) {
        JavaProcess paused = contender(recipe);
        paused.awaitLine("granted", LONG);
        JavaProcess successor = contender(recipe);

        paused.pause();
        long pausedAtNanos = System.nanoTime();
        successor.awaitLine("granted", LONG);
        Awaitility.await().until(() -> System.nanoTime() - pausedAtNanos > 2 * TIMEOUT.toNanos());
        long resumedAtNanos = System.nanoTime();
        paused.resume();

        paused.awaitLine("guarded write refused", LONG);
        long noticedAtNanos = Long.parseLong(paused.awaitLine("invalid", LONG).split(" ")[1]);
        assertThat(Granted.of(successor).token).isGreaterThan(Granted.of(paused).token);
        assertThat(noticedAtNanos - resumedAtNanos)
                .as("the first look after the pause")
                .isLessThan(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void aCutShorterThanTheLeaseChangesNothing() throws Exception {
        FaultProxy proxy = proxy();
        LeaderLatch latch = latch(client(proxy, LONG), "cut");
        Leadership leadership = latch.await();
        List<String> calls = listenTo(latch);

        for (int cut = 0; cut < 3; cut++) {
            proxy.cutOnce();
            assertThat(leadership.verify().toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .isTrue();
        }

        assertThat(leadership.isValid()).isTrue();
        assertThat(calls).doesNotContain("isLeader", "notLeader");
    }

    @Test
    void aCutHolderIsInvalidBeforeItsSuccessorIsValid() throws Exception {
        FaultProxy proxy = proxy();
        LockGrant cutOff = new InterProcessMutex(client(proxy, TIMEOUT), "/lock")
                .acquireAsync()
                .get(10, TimeUnit.SECONDS);
        CompletableFuture<LockGrant> next = new InterProcessMutex(client(), "/lock").acquireAsync();

        proxy.stall();
        LockGrant successor = next.get(20, TimeUnit.SECONDS);

        assertThat(cutOff.isValid()).isFalse();
        assertThat(successor.isValid()).isTrue();
        assertThat(successor.token()).isGreaterThan(cutOff.token());
        assertThat(cutOff.lost().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isIn(LossReason.LEASE_EXPIRED, LossReason.SESSION_LOST);
    }

    @Test
    void leadershipOutlivesARestartOfTheServerOrPassesOnOnce() throws Exception {
        LeaderLatch first = latch(client(), "first");
        first.await();
        LeaderLatch second = latch(client(), "second");

        store.stop();
        store.startAgain();

        Awaitility.await().atMost(LONG).until(() -> first.hasLeadership() != second.hasLeadership());
        InterProcessMutex lock = new InterProcessMutex(client(), "/after-the-restart");
        assertThat(lock.acquire(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWaiterOutlivesAServerThatIsAwayForLongerThanItsSession() throws Exception {
        LockGrant held = new InterProcessMutex(client(), "/lock").acquireAsync().get(10, TimeUnit.SECONDS);
        CompletableFuture<LockGrant> waiter = new InterProcessMutex(client(), "/lock").acquireAsync();

        store.stop();
        held.lost().toCompletableFuture().get(20, TimeUnit.SECONDS);
        store.startAgain();

        LockGrant granted = waiter.get(30, TimeUnit.SECONDS);
        assertThat(held.isValid()).isFalse();
        assertThat(granted.isValid()).isTrue();
        assertThat(granted.token()).isGreaterThan(held.token());
    }

    @Test
    void batonAndCuratorKeepEachOtherOut() throws Exception {
        int rounds = 40;
        int[] counter = {0};
        InterProcessMutex ours = new InterProcessMutex(client(), "/shared");
        CuratorFramework curator = CuratorFrameworkFactory.newClient(store.connectString(), new RetryOneTime(100));
        opened.add(curator);
        curator.start();
        org.apache.curator.framework.recipes.locks.InterProcessMutex theirs =
                new org.apache.curator.framework.recipes.locks.InterProcessMutex(curator, "/shared");

        CompletableFuture<Void> baton = CompletableFuture.runAsync(() -> repeat(rounds, () -> {
            ours.acquire();
            counter[0]++;
            ours.release();
        }));
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> repeat(rounds, () -> {
            theirs.acquire();
            counter[0]++;
            theirs.release();
        }));
        CompletableFuture.allOf(baton, other).get(60, TimeUnit.SECONDS);

        // Nothing but the lock orders the increments.
        assertThat(counter[0]).isEqualTo(2 * rounds);
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void repeat(int times, Step step) {
        try {
            for (int at = 0; at < times; at++) {
                step.run();
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private record Granted(long token, long atNanos) {
        static Granted of(JavaProcess process) {
            String[] words = process.awaitLine("granted", LONG).split(" ");
            return new Granted(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    private static JavaProcess awaitGrant(List<JavaProcess> contenders) {
        return Awaitility.await()
                .atMost(LONG)
                .until(
                        () -> contenders.stream()
                                .filter(each -> each.lines().stream().anyMatch(line -> line.startsWith("granted")))
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static List<String> listenTo(LeaderLatch latch) {
        List<String> calls = new CopyOnWriteArrayList<>();
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader(Leadership leadership) {
                calls.add("isLeader");
            }

            @Override
            public void notLeader(LossReason reason) {
                calls.add("notLeader");
            }
        });
        return calls;
    }

    private JavaProcess contender(String recipe) {
        JavaProcess process = JavaProcess.of(ContenderProcess.class.getName())
                .arguments(store.connectString(), recipe, Long.toString(TIMEOUT.toMillis()))
                .start();
        opened.add(process);
        return process;
    }

    private LeaderLatch latch(CoordinationClient client, String id) {
        LeaderLatch latch = new LeaderLatch(client, "/leader", id).start();
        opened.add(latch);
        return latch;
    }

    private FaultProxy proxy() {
        FaultProxy proxy = FaultProxy.to(store.address());
        opened.add(proxy);
        return proxy;
    }

    private CoordinationClient client(FaultProxy proxy, Duration timeout) {
        return client(proxy.address().getHostString() + ":" + proxy.address().getPort(), timeout);
    }

    private CoordinationClient client() {
        return client(store.connectString(), TIMEOUT);
    }

    private CoordinationClient client(String connectString, Duration timeout) {
        ZnodeCore core = ZnodeCore.connect(connectString);
        opened.add(core);
        CoordinationClient client =
                CoordinationClient.builder(core).sessionTimeout(timeout).build().start();
        opened.add(() -> client.close(Duration.ofSeconds(2)));
        return client;
    }
}
