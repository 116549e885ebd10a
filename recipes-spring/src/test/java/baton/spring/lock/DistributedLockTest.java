package baton.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.recipes.LossReason;
import baton.recipes.lock.LockGrant;
import baton.spring.SharedStore;
import baton.spring.guard.BatonGuards;
import baton.spring.guard.Otherwise;
import baton.spring.leader.LeaderOnly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class DistributedLockTest {
    private SharedStore shared;

    @BeforeEach
    void open() throws Exception {
        shared = new SharedStore();
    }

    @AfterEach
    void close() {
        shared.close();
    }

    @Test
    void neverTwoBodiesOfOneKeyInTwoInstances() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    List<Invoices> instances = List.of(one.getBean(Invoices.class), two.getBean(Invoices.class));
                    Register register = new Register();
                    ExecutorService threads = Executors.newFixedThreadPool(8);
                    try {
                        List<Future<?>> calls = new ArrayList<>();
                        for (int call = 0; call < 60; call++) {
                            Invoices invoices = instances.get(call % 2);
                            long id = call % 3;
                            calls.add(threads.submit(() -> invoices.close(id, register, null)));
                        }
                        for (Future<?> call : calls) {
                            call.get(60, TimeUnit.SECONDS);
                        }
                    } finally {
                        threads.shutdownNow();
                    }
                    assertThat(register.together).hasValue(0);
                    assertThat(register.bodies).hasValue(60);
                    assertThat(register.staleTokens).hasValue(0);
                }));
    }

    @Test
    void tokensGrowFromHolderToHolder() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    FencingToken first = one.getBean(Invoices.class).token(null).orElseThrow();
                    FencingToken second =
                            two.getBean(Invoices.class).token(null).orElseThrow();

                    assertThat(second).isGreaterThan(first);
                }));
    }

    @Test
    void whoeverDoesNotGetTheLockSkipsOrFails() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    Invoices holder = one.getBean(Invoices.class);
                    Invoices late = two.getBean(Invoices.class);
                    CompletableFuture<Void> held = CompletableFuture.runAsync(holder::hold);
                    assertThat(plain(holder).entered.await(30, TimeUnit.SECONDS))
                            .isTrue();

                    assertThat(late.skipping()).isEmpty();
                    assertThatThrownBy(late::failing)
                            .isInstanceOf(LockNotAcquiredException.class)
                            .hasMessageContaining("lock held not acquired")
                            .hasMessageContaining("; held by one on");
                    assertThat(late.stage().toCompletableFuture().get(30, TimeUnit.SECONDS))
                            .isNull();

                    plain(holder).leave.countDown();
                    held.get(30, TimeUnit.SECONDS);
                    assertThat(late.skipping()).contains("ran");
                    assertThat(late.stage().toCompletableFuture().get(30, TimeUnit.SECONDS))
                            .isEqualTo("ran");
                }));
    }

    @Test
    void aStageHoldsTheLockUntilItCompletes() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    Invoices holder = one.getBean(Invoices.class);
                    CompletionStage<String> running = holder.until(plain(holder).pending);
                    assertThat(plain(holder).begun.await(30, TimeUnit.SECONDS)).isTrue();
                    assertThat(two.getBean(Invoices.class).skipping()).isEmpty();

                    plain(holder).pending.complete("done");

                    assertThat(running.toCompletableFuture().get(30, TimeUnit.SECONDS))
                            .isEqualTo("done");
                    await().until(() -> two.getBean(Invoices.class).skipping().isPresent());
                }));
    }

    @Test
    void aStageThatNeverBeganGivesTheLockBack() {
        instance("one").run(context -> {
            Invoices invoices = context.getBean(Invoices.class);

            assertThatThrownBy(() -> invoices.broken().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AssertionError.class);

            await().until(() -> invoices.skipping().isPresent());
        });
    }

    @Test
    void theSameThreadMayEnterAgain() {
        instance("one").run(context -> {
            Invoices invoices = context.getBean(Invoices.class);

            assertThat(invoices.outer(() -> invoices.inner(null))).isEqualTo(2);
        });
    }

    @Test
    void theBodyIsInterruptedWhenTheLockIsLost() {
        instance("one").withBean(Diary.class).run(context -> {
            Invoices invoices = context.getBean(Invoices.class);
            CompletableFuture<Void> call = CompletableFuture.runAsync(invoices::hold);
            assertThat(plain(invoices).entered.await(30, TimeUnit.SECONDS)).isTrue();

            shared.store().faults().expire("one");

            assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(GrantLostException.class);
            Diary diary = context.getBean(Diary.class);
            await().until(() -> diary.lost.size() == 1);
            assertThat(diary.lost.get(0).key()).isEqualTo("held");
        });
    }

    @Test
    void theBodyIsInterruptedAtItsLimit() {
        instance("one").withBean(Diary.class).run(context -> {
            assertThatThrownBy(() -> context.getBean(Invoices.class).tooLong()).isInstanceOf(GrantLostException.class);
            Diary diary = context.getBean(Diary.class);
            await().until(() -> diary.lost.size() == 1);
            assertThat(diary.lost.get(0).reason()).isEqualTo(LossReason.HOLD_LIMIT);
        });
    }

    @Test
    void keysAreEvaluatedWithParametersBeansAndPlaceholders() {
        instance("one")
                .withUserConfiguration(Tenants.class)
                .withPropertyValues("region=eu")
                .run(context -> {
                    Invoices invoices = context.getBean(Invoices.class);

                    assertThat(invoices.path(null, "a/b")).endsWith("/locks/tenant%3Aeu!a%2Fb");
                    assertThat(invoices.byBean(null, "ann")).endsWith("/locks/t-ann");
                    assertThat(invoices.byNumber(null, "x")).endsWith("/locks/x");
                    assertThat(invoices.byTemplate(null, "x")).endsWith("/locks/invoice-x");
                    assertThatThrownBy(() -> invoices.byNumber(null, " "))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("Invoices.byNumber")
                            .hasMessageContaining("#p1");
                });
    }

    @Test
    void insideOfLeaderTheLockFillsWhatBothCouldFill() {
        instance("one").run(context -> {
            Invoices invoices = context.getBean(Invoices.class);
            await().until(() -> invoices.both(null, null).isPresent());

            assertThat(invoices.both(null, null))
                    .hasValueSatisfying(token -> assertThat(token.scope()).contains("/locks/both"));
        });
    }

    @Test
    void mayRefuseALockInsideOfATransaction() {
        instance("one")
                .withPropertyValues("baton.lock.fail-inside-transaction=true")
                .run(context -> {
                    TransactionSynchronizationManager.setActualTransactionActive(true);
                    try {
                        assertThatThrownBy(() -> context.getBean(Invoices.class).skipping())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("inside of a transaction");
                    } finally {
                        TransactionSynchronizationManager.setActualTransactionActive(false);
                    }
                });
    }

    @Test
    void operationsDoTheSameWithoutAProxy() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    LockOperations mine = one.getBean(LockOperations.class);
                    LockOperations theirs = two.getBean(LockOperations.class);

                    String result = mine.call("held", Duration.ofSeconds(10), grant -> {
                        assertThat(tries(theirs)).isFalse();
                        assertThat(two.getBean(Invoices.class).skipping()).isEmpty();
                        return "token " + grant.token().value();
                    });

                    assertThat(result).startsWith("token ");
                    assertThat(tries(theirs)).isTrue();
                }));
    }

    @Test
    void aBodyMayGiveTheLockBackEarly() {
        instance("one")
                .run(context -> context.getBean(LockOperations.class).run("early", Duration.ofSeconds(10), grant -> {
                    grant.close();
                    assertThat(grant.isValid()).isFalse();
                }));
    }

    /** The bean behind its proxy: only that has fields. */
    private static Invoices plain(Invoices invoices) {
        return AopTestUtils.getTargetObject(invoices);
    }

    private static boolean tries(LockOperations locks) {
        try {
            return locks.tryRun("held", grant -> {});
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private ApplicationContextRunner instance(String name) {
        return shared.instance(name).withBean(Invoices.class);
    }

    /** What the lock protects: notices two at a time, and tokens that go back. */
    static final class Register {
        final AtomicInteger bodies = new AtomicInteger();
        final AtomicInteger together = new AtomicInteger();
        final AtomicInteger staleTokens = new AtomicInteger();
        private final List<AtomicInteger> inside =
                List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        private final long[] tokens = new long[3];

        void visit(int id, FencingToken token) {
            if (inside.get(id).incrementAndGet() > 1) {
                together.incrementAndGet();
            }
            synchronized (this) {
                if (token.value() <= tokens[id]) {
                    staleTokens.incrementAndGet();
                }
                tokens[id] = token.value();
            }
            bodies.incrementAndGet();
            inside.get(id).decrementAndGet();
        }
    }

    static class Invoices {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        final CompletableFuture<String> pending = new CompletableFuture<>();

        @DistributedLock(key = "'invoice-' + #id", waitFor = "forever")
        public void close(long id, Register register, @Nullable FencingToken token) {
            register.visit((int) id, token);
        }

        @DistributedLock(name = "tokens", waitFor = "10s")
        public Optional<FencingToken> token(@Nullable FencingToken token) {
            return Optional.of(token);
        }

        @DistributedLock(name = "held", waitFor = "10s")
        public void hold() {
            entered.countDown();
            try {
                leave.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @DistributedLock("held")
        public Optional<String> skipping() {
            return Optional.of("ran");
        }

        @DistributedLock(value = "held", otherwise = Otherwise.FAIL)
        public void failing() {}

        @DistributedLock("held")
        public CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("ran");
        }

        @DistributedLock("held")
        public CompletionStage<String> broken() {
            throw new AssertionError("no stage");
        }

        @DistributedLock("held")
        public CompletionStage<String> until(CompletableFuture<String> end) {
            begun.countDown();
            return end;
        }

        @DistributedLock(name = "again", waitFor = "10s")
        public int outer(IntSupplier body) {
            return body.getAsInt();
        }

        @DistributedLock(name = "again", waitFor = "10s")
        public int inner(@Nullable LockGrant grant) {
            return grant.holdCount();
        }

        @DistributedLock(name = "limited", waitFor = "10s", atMost = "50ms")
        public void tooLong() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @DistributedLock(name = "tenant:${region}", key = "#name", waitFor = "10s")
        public String path(@Nullable Grant grant, String name) {
            return directory(grant);
        }

        @DistributedLock(key = "@tenants.of(#user)", waitFor = "10s")
        public String byBean(@Nullable Grant grant, String user) {
            return directory(grant);
        }

        @DistributedLock(key = "#p1", waitFor = "10s")
        public String byNumber(@Nullable Grant grant, String name) {
            return directory(grant);
        }

        @DistributedLock(key = "invoice-#{#name}", waitFor = "10s")
        public String byTemplate(@Nullable Grant grant, String name) {
            return directory(grant);
        }

        @LeaderOnly("both")
        @DistributedLock(name = "both", waitFor = "10s")
        public Optional<FencingToken> both(@Nullable FencingToken token, @Nullable Grant grant) {
            assertThat(grant.token()).isEqualTo(token);
            assertThat(BatonGuards.currentToken()).contains(token);
            return Optional.of(token);
        }

        private static String directory(Grant grant) {
            return grant.ticketPath().parent().toString();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Tenants {
        @Bean
        Tenancy tenants() {
            return new Tenancy();
        }
    }

    public static class Tenancy {
        public String of(String user) {
            return "t-" + user;
        }
    }

    static class Diary {
        final List<LockLostEvent> lost = new CopyOnWriteArrayList<>();

        @EventListener
        void lost(LockLostEvent event) {
            lost.add(event);
        }
    }
}
