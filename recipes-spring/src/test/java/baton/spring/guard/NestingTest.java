package baton.spring.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.latch.Leadership;
import baton.spring.SharedStore;
import baton.spring.leader.Elections;
import baton.spring.leader.LeaderOnly;
import baton.spring.lock.DistributedLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** From outside in: async, retry, leader, lock, transaction. */
class NestingTest {
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
    void fiveAnnotationsOnOneMethodNestInOrder() {
        shared.instance("one").withUserConfiguration(Application.class).run(context -> {
            await().until(() -> context.getBean(Elections.class).isLeader("nest"));
            Nest nest = context.getBean(Nest.class);

            nest.work(null, null);

            Nest plain = AopTestUtils.getTargetObject(nest);
            assertThat(plain.done.await(30, SECONDS)).isTrue();
            await().until(() ->
                    context.getBean(WatchingTransactions.class).heldAtEnd.size() == 2);
            assertThat(plain.threads)
                    .allMatch(name -> name.startsWith("async-"))
                    .hasSize(2);
            assertThat(plain.tokens.get(1)).isGreaterThan(plain.tokens.get(0));
            assertThat(plain.inTransaction).containsExactly(true, true);
            assertThat(plain.leaderTokens).doesNotContainAnyElementsOf(plain.tokens);
            assertThat(context.getBean(WatchingTransactions.class).heldAtEnd).containsExactly(true, true);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableResilientMethods
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Application {
        @Bean
        Nest nest() {
            return new Nest();
        }

        @Bean
        WatchingTransactions transactionManager() {
            return new WatchingTransactions();
        }

        @Bean
        SimpleAsyncTaskExecutor taskExecutor() {
            return new SimpleAsyncTaskExecutor("async-");
        }
    }

    static class Nest {
        final CountDownLatch done = new CountDownLatch(1);
        final List<String> threads = new CopyOnWriteArrayList<>();
        final List<FencingToken> tokens = new ArrayList<>();
        final List<FencingToken> leaderTokens = new ArrayList<>();
        final List<Boolean> inTransaction = new ArrayList<>();

        @Async
        @Retryable(maxRetries = 2, delay = 1)
        @LeaderOnly("nest")
        @DistributedLock(name = "nest", waitFor = "10s")
        @Transactional
        public void work(@Nullable FencingToken token, @Nullable Leadership leadership) {
            threads.add(Thread.currentThread().getName());
            tokens.add(token);
            leaderTokens.add(leadership.token());
            inTransaction.add(TransactionSynchronizationManager.isActualTransactionActive());
            if (threads.size() == 1) {
                throw new IllegalStateException("once more");
            }
            done.countDown();
        }
    }

    /** Writes down whether the lock was still held when a transaction ended. */
    static final class WatchingTransactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;
        final transient List<Boolean> heldAtEnd = new CopyOnWriteArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            heldAtEnd.add(isHeld());
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            heldAtEnd.add(isHeld());
        }

        private static boolean isHeld() {
            Optional<Grant> grant = BatonGuards.currentGrant();
            return grant.isPresent() && grant.get().isValid();
        }
    }
}
