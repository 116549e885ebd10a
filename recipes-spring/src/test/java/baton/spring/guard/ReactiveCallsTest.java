package baton.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.spring.SharedStore;
import baton.spring.leader.Elections;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.NotLeaderException;
import baton.spring.lock.DistributedLock;
import baton.spring.lock.LockNotAcquiredException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ReactiveCallsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

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
    void takesTheLockAtEachSubscriptionAndHoldsItToTheEnd() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    Work mine = one.getBean(Work.class);
                    Work theirs = two.getBean(Work.class);
                    Mono<String> holding = mine.hold("a", null);
                    assertThat(Work.running.get()).isZero();

                    AtomicReference<String> result = new AtomicReference<>();
                    holding.subscribe(result::set);
                    await().until(() -> Work.running.get() == 1);
                    assertThat(theirs.skipping("a").block(LONG)).isNull();
                    assertThatThrownBy(() -> theirs.failing("a").blockLast(LONG))
                            .isInstanceOf(LockNotAcquiredException.class)
                            .hasMessageContaining("held by one");

                    Work.finish.get().tryEmitValue("done");
                    await().until(() -> "done".equals(result.get()));
                    assertThat(theirs.skipping("a").block(LONG)).isEqualTo("ran");
                    assertThat(theirs.failing("a").collectList().block(LONG)).isEqualTo(List.of(1, 2));
                }));
    }

    @Test
    void whoeverCancelsGivesTheLockBack() {
        instance("one")
                .run(one -> instance("two").run(two -> {
                    Disposable holding = one.getBean(Work.class).hold("b", null).subscribe();
                    await().until(() -> Work.running.get() == 1);

                    Disposable waiting = two.getBean(Work.class).hold("b", null).subscribe();
                    waiting.dispose();
                    holding.dispose();

                    Work third = two.getBean(Work.class);
                    await().until(() -> "ran".equals(third.skipping("b").block(LONG)));
                }));
    }

    @Test
    void whatIsCancelledStopsBeforeTheLockIsGivenBack() {
        instance("one").run(context -> {
            Disposable holding = context.getBean(Work.class).watched("d", null).subscribe();
            await().until(() -> Work.running.get() == 1);

            holding.dispose();

            assertThat(Work.heldWhenCancelled).hasValue(true);
        });
    }

    @Test
    void endsWithTheLossOfItsGuard() {
        instance("one").run(context -> {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            context.getBean(Work.class).hold("c", null).subscribe(value -> {}, failure::set);
            await().until(() -> Work.running.get() == 1);

            shared.store().faults().expire("one");

            await().until(() -> failure.get() instanceof GrantLostException);
        });
    }

    @Test
    void onlyTheLeaderRunsAndOthersSkipFailOrWait() {
        instance("leader").run(leader -> {
            Elections elections = leader.getBean(Elections.class);
            await().until(() -> elections.isLeader("reports"));
            Work leading = leader.getBean(Work.class);
            assertThat(leading.publish(null).block(LONG)).isPositive();

            instance("follower").run(follower -> {
                Work following = follower.getBean(Work.class);
                assertThat(following.publish(null).block(LONG)).isNull();
                assertThatThrownBy(() -> following.mustLead().blockLast(LONG)).isInstanceOf(NotLeaderException.class);

                AtomicReference<String> patient = new AtomicReference<>();
                following.patient().subscribe(patient::set);
                elections.relinquish("reports", LONG);
                await().until(() -> "led".equals(patient.get()));
            });
        });
    }

    private ApplicationContextRunner instance(String name) {
        return shared.instance(name).withBean(Work.class);
    }

    static class Work {
        static final AtomicInteger running = new AtomicInteger();
        static final AtomicReference<Boolean> heldWhenCancelled = new AtomicReference<>();
        static final AtomicReference<Sinks.One<String>> finish = new AtomicReference<>();

        Work() {
            running.set(0);
            heldWhenCancelled.set(null);
            finish.set(Sinks.one());
        }

        @DistributedLock(key = "#name", waitFor = "10s")
        public Mono<String> hold(String name, @Nullable FencingToken token) {
            assertThat(BatonGuards.currentToken()).contains(token);
            running.incrementAndGet();
            return finish.get().asMono();
        }

        @DistributedLock(key = "#name")
        public Mono<String> watched(String name, @Nullable Grant grant) {
            running.incrementAndGet();
            return finish.get().asMono().doOnCancel(() -> heldWhenCancelled.set(grant.isValid()));
        }

        @DistributedLock(key = "#name")
        public Mono<String> skipping(String name) {
            return Mono.just("ran");
        }

        @DistributedLock(key = "#name", otherwise = Otherwise.FAIL)
        public Flux<Integer> failing(String name) {
            return Flux.just(1, 2);
        }

        @LeaderOnly("reports")
        public Mono<Long> publish(@Nullable FencingToken token) {
            return Mono.just(token.value());
        }

        @LeaderOnly(role = "reports", otherwise = Otherwise.FAIL)
        public Flux<Long> mustLead() {
            return Flux.just(1L);
        }

        @LeaderOnly(role = "reports", waitFor = "30s")
        public Mono<String> patient() {
            return Mono.just("led");
        }
    }
}
