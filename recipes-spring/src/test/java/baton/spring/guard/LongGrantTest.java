package baton.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import baton.recipes.CoordinationClient;
import baton.recipes.Grant;
import baton.recipes.LossReason;
import baton.recipes.contend.HeldThrough;
import baton.recipes.lock.InterProcessMutex;
import baton.spring.SharedStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import reactor.core.publisher.Mono;

/** A grant that lasts for months sees very many calls: none may leave anything in it. */
class LongGrantTest {
    private static final int CALLS = 10_000;
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void keepsNothingOfTheCallsItGuarded() throws Exception {
        try (SharedStore shared = new SharedStore()) {
            shared.instance("one").run(context -> {
                InterProcessMutex mutex = new InterProcessMutex(context.getBean(CoordinationClient.class), "/locks/a");
                Counting grant = new Counting(mutex.acquireAsync().get(30, TimeUnit.SECONDS));
                Work work = guarded(grant);

                for (int call = 0; call < CALLS; call++) {
                    assertThat(work.now()).isOne();
                    assertThat(work.later().toCompletableFuture().join()).isOne();
                    assertThat(work.reactive().block(LONG)).isOne();
                }

                assertThat(grant.everRegistered).hasValue(3 * CALLS);
                assertThat(grant.registered).hasValue(0);
            });
        }
    }

    private static Work guarded(Grant grant) {
        ProxyFactory proxy = new ProxyFactory(new Work());
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) call -> {
            Class<?> returned = call.getMethod().getReturnType();
            if (Results.isReactive(returned)) {
                return ReactiveCalls.guarded(call, OnLoss.INTERRUPT, new Lasting(grant));
            }
            GuardedCall guarded = new GuardedCall(call, grant, OnLoss.INTERRUPT);
            return Results.isAsync(returned) ? guarded.begin() : guarded.run();
        });
        return (Work) proxy.getProxy();
    }

    static class Work {
        public int now() {
            return 1;
        }

        public CompletionStage<Integer> later() {
            return CompletableFuture.completedFuture(1);
        }

        public Mono<Integer> reactive() {
            return Mono.just(1);
        }
    }

    /** Counts what is registered with the grant; does not let anybody wait for its loss, which would last as long. */
    private static final class Counting implements HeldThrough {
        final AtomicInteger registered = new AtomicInteger();
        final AtomicInteger everRegistered = new AtomicInteger();
        private final Grant held;

        Counting(Grant held) {
            this.held = held;
        }

        @Override
        public Grant held() {
            return held;
        }

        @Override
        public Runnable onLost(Runnable action) {
            registered.incrementAndGet();
            everRegistered.incrementAndGet();
            Runnable forget = held.onLost(action);
            return () -> {
                registered.decrementAndGet();
                forget.run();
            };
        }

        @Override
        public CompletionStage<LossReason> lost() {
            throw new AssertionError("a call waits for the loss of its grant and leaves that behind");
        }
    }

    private record Lasting(Grant grant) implements ReactiveCalls.Guarding {
        @Override
        public CompletionStage<Optional<Grant>> take() {
            return CompletableFuture.completedFuture(Optional.of(grant));
        }

        @Override
        public void fill(MethodInvocation call, Grant unused) {}

        @Override
        public void giveBack(Grant unused) {}

        @Override
        public CompletionStage<Optional<RuntimeException>> refusal() {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }
}
