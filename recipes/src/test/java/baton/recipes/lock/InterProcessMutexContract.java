package baton.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.FencedResource;
import baton.recipes.GrantLostException;
import baton.recipes.contend.QueueMode;
import baton.recipes.sim.CoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mutex does on every core. */
@Timeout(60)
abstract class InterProcessMutexContract {
    private static final String PATH = "/locks/resource";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CoreUnderTest core;
    private CoordinationClient first;
    private CoordinationClient second;

    abstract CoreUnderTest newCoreUnderTest() throws Exception;

    @BeforeEach
    void open() throws Exception {
        core = newCoreUnderTest();
        first = client("first");
        second = client("second");
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (AutoCloseable each : opened) {
            each.close();
        }
        core.close();
    }

    @Test
    void aThreadEntersAgainAndOthersWaitUntilItHasLeftAsOften() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex other = new InterProcessMutex(second, PATH);
        mutex.acquire();
        mutex.acquire();

        mutex.release();
        boolean early = other.acquire(Duration.ZERO);
        mutex.release();
        boolean late = other.acquire(LONG);

        assertThat(early).isFalse();
        assertThat(late).isTrue();
        assertThat(mutex.isAcquiredInThisProcess()).isFalse();
        assertThat(other.grant().holdCount()).isEqualTo(1);
    }

    @Test
    void aCounterOfManyThreadsAndClientsIsExactAndTokensGrow() throws Exception {
        FencedResource resource = new FencedResource();
        AtomicBoolean refused = new AtomicBoolean();
        int[] counter = new int[1];
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            InterProcessMutex mutex = InterProcessMutex.builder(i % 2 == 0 ? first : second, PATH)
                    .mode(i % 4 == 0 ? QueueMode.STRICT : QueueMode.SHARED)
                    .build();
            workers.add(threads.submit(() -> {
                for (int n = 0; n < 50; n++) {
                    try (Locker locker = new Locker(mutex, LONG)) {
                        refused.compareAndSet(
                                false, !resource.admit(locker.grant().token()));
                        counter[0]++;
                    }
                }
                return null;
            }));
        }

        for (Future<?> worker : workers) {
            worker.get();
        }

        assertThat(counter[0]).isEqualTo(400);
        assertThat(refused).isFalse();
        await().untilAsserted(() -> assertThat(core.children(PATH)).isZero());
    }

    @Test
    void aHolderWhoseSessionExpiresHoldsNothingAndAnotherGetsIt() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex other = new InterProcessMutex(second, PATH);
        mutex.acquire();
        LockGrant grant = mutex.grant();
        CompletableFuture<LockGrant> next = other.acquireAsync();

        core.expire("first");
        LockGrant taken = next.get(20, TimeUnit.SECONDS);

        assertThat(taken.token()).isGreaterThan(grant.token());
        await().untilAsserted(() -> assertThat(grant.isValid()).isFalse());
        assertThat(mutex.isAcquiredInThisProcess()).isFalse();
        assertThat(mutex.isOwnedByCurrentThread()).isFalse();
        assertThatThrownBy(mutex::acquire).isInstanceOf(LockLostException.class);
        mutex.release();
        assertThatThrownBy(mutex::release).isInstanceOf(IllegalMonitorStateException.class);
        taken.close();
        assertThat(mutex.acquire(LONG)).isTrue();
    }

    @Test
    void withTheStoreAwayAcquireKeepsItsTimeAndReleaseWaitsForNothing() throws Exception {
        InterProcessMutex held = new InterProcessMutex(first, "/locks/held");
        InterProcessMutex wanted = new InterProcessMutex(first, PATH);
        held.acquire();
        core.restart(Duration.ofSeconds(1));

        long start = System.nanoTime();
        boolean acquired = wanted.acquire(Duration.ofMillis(200));
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        start = System.nanoTime();
        held.release();
        Duration released = Duration.ofNanos(System.nanoTime() - start);

        assertThat(acquired).isFalse();
        assertThat(waited).isBetween(Duration.ofMillis(200), Duration.ofMillis(700));
        assertThat(released).isLessThan(Duration.ofMillis(100));
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(core.children(PATH)).isZero();
            assertThat(core.children("/locks/held")).isZero();
        });
    }

    @Test
    void anInterruptEndsTheWaitAtAnyMomentAndLeavesNothing() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex other = new InterProcessMutex(second, PATH);
        other.acquire();
        Random random = new Random(7);
        AtomicInteger interrupted = new AtomicInteger();

        for (int i = 0; i < 200; i++) {
            CountDownLatch started = new CountDownLatch(1);
            Thread waiter = new Thread(() -> {
                started.countDown();
                try {
                    mutex.acquire();
                    mutex.release();
                } catch (InterruptedException expected) {
                    interrupted.incrementAndGet();
                }
            });
            waiter.start();
            started.await();
            TimeUnit.MICROSECONDS.timedJoin(waiter, 1 + random.nextInt(3_000));
            waiter.interrupt();
            waiter.join();
        }
        other.release();

        assertThat(interrupted).hasValue(200);
        assertThat(mutex.acquire(LONG)).isTrue();
        mutex.release();
        await().untilAsserted(() -> assertThat(core.children(PATH)).isZero());
    }

    @Test
    void aBodyUnderALockThatIsLostIsInterruptedAndItsFinallyBlocksRun() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        AtomicBoolean cleaned = new AtomicBoolean();
        CountDownLatch inside = new CountDownLatch(1);
        Future<?> body = threads.submit(() -> mutex.withLock(() -> {
            try {
                inside.countDown();
                new CountDownLatch(1).await();
                return null;
            } finally {
                cleaned.set(true);
            }
        }));
        inside.await();

        core.expire("first");

        assertThatThrownBy(() -> body.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(GrantLostException.class)
                .satisfies(lost -> assertThat(lost.getSuppressed()[0]).isInstanceOf(InterruptedException.class));
        assertThat(cleaned).isTrue();
    }

    @Test
    void anAsynchronousWaitThatIsCancelledLeavesNothing() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex other = new InterProcessMutex(second, PATH);
        other.acquire();

        CompletableFuture<LockGrant> waiting = mutex.acquireAsync();
        waiting.cancel(true);
        CompletableFuture<LockGrant> late = mutex.acquireAsync(Duration.ofMillis(50));

        assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        other.release();
        await().untilAsserted(() -> assertThat(core.children(PATH)).isZero());
        LockGrant grant = mutex.acquireAsync().get(20, TimeUnit.SECONDS);
        assertThat(grant.isValid()).isTrue();
        grant.close();
        assertThat(grant.isValid()).isFalse();
    }

    @Test
    void onlyTheOwnerReleases() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        mutex.acquire();

        Future<?> stranger = threads.submit(mutex::release);

        assertThatThrownBy(stranger::get).hasCauseInstanceOf(IllegalMonitorStateException.class);
        assertThat(mutex.isOwnedByCurrentThread()).isTrue();
    }

    @Test
    void aThreadThatWouldWaitForItselfIsTold() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex same = new InterProcessMutex(first, PATH);
        mutex.acquire();

        assertThatThrownBy(same::acquire).isInstanceOf(SelfDeadlockException.class);

        mutex.release();
        assertThat(same.acquire(LONG)).isTrue();
    }

    @Test
    void aLockHeldForTooLongIsTakenAway() throws Exception {
        InterProcessMutex mutex = InterProcessMutex.builder(first, PATH)
                .holdAtMost(Duration.ofMillis(100))
                .build();
        mutex.acquire();
        LockGrant grant = mutex.grant();

        assertThat(new InterProcessMutex(second, PATH).acquire(LONG)).isTrue();

        assertThat(grant.isValid()).isFalse();
        mutex.release();
    }

    @Test
    void theHolderIsNamed() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        mutex.acquire();

        InterProcessMutex observer = new InterProcessMutex(second, PATH);

        assertThat(observer.currentHolder().orElseThrow().clientId()).isEqualTo("first");
        assertThat(observer.getParticipantNodes())
                .containsExactly(mutex.grant().ticketPath().toString());
    }

    @Test
    void closingTheClientTakesWhatItHoldsAndFailsWhoWaits() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(first, PATH);
        InterProcessMutex other = new InterProcessMutex(second, PATH);
        mutex.acquire();
        LockGrant grant = mutex.grant();
        CompletableFuture<LockGrant> waiting = other.acquireAsync();

        second.close();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ClosedException.class);
        var report = first.close(Duration.ofSeconds(10));

        assertThat(report.isClean()).isTrue();
        assertThat(grant.isValid()).isFalse();
        assertThat(core.children(PATH)).isZero();
    }

    private CoordinationClient client(String name) throws Exception {
        var made = core.newCore(name);
        CoordinationClient client = CoordinationClient.builder(made)
                .clientId(name)
                .sessionTimeout(Duration.ofSeconds(4))
                .build()
                .start();
        opened.add(client);
        opened.add(made);
        assertThat(client.blockUntilConnected(LONG)).isTrue();
        return client;
    }
}
