package baton.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.GrantLostException;
import baton.recipes.LossReason;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.Leadership;
import baton.spring.SharedStore;
import baton.spring.guard.BatonGuards;
import baton.spring.guard.Otherwise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.test.util.AopTestUtils;

class LeaderOnlyTest {
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
    void onlyOneInstanceLeadsAndTheOtherFollowsWhenItStepsDown() {
        instance("two").run(two -> {
            Elections leader = two.getBean(Elections.class);
            awaitLeading(leader);
            instance("one").run(one -> {
                Elections follower = one.getBean(Elections.class);
                await().until(() -> follower.latch("reports").getParticipants().size() == 2);
                assertThat(leader.isLeader("reports")).isTrue();
                assertThat(follower.isLeader("reports")).isFalse();
                assertThat(one.getBean(Reports.class).publish(null)).isEmpty();

                leader.relinquish("reports", Duration.ofSeconds(30));

                await().until(() -> follower.isLeader("reports"));
                assertThat(leader.isLeader("reports")).isFalse();
            });
        });
    }

    @Test
    void leadershipMovesWhenTheLeadersContextCloses() {
        instance("two").run(two -> {
            CountDownLatch inLine = new CountDownLatch(1);
            CompletableFuture<Boolean> led = new CompletableFuture<>();
            awaitLeading(two.getBean(Elections.class));
            Thread other = new Thread(() -> instance("one").run(one -> {
                Elections elections = one.getBean(Elections.class);
                await().until(() -> elections.latch("reports").getParticipants().size() == 2);
                inLine.countDown();
                led.complete(elections.latch("reports").await(30, TimeUnit.SECONDS) && elections.isLeader("reports"));
            }));
            other.start();
            assertThat(inLine.await(30, TimeUnit.SECONDS)).isTrue();

            two.close();

            assertThat(led.get(30, TimeUnit.SECONDS)).isTrue();
            other.join();
        });
    }

    @Test
    void fillsLeadershipAndToken() {
        instance("one").run(context -> {
            awaitLeading(context.getBean(Elections.class));

            Reports reports = context.getBean(Reports.class);

            long token = context.getBean(Consumer.class)
                    .latch
                    .leadership()
                    .orElseThrow()
                    .token()
                    .value();
            assertThat(reports.publish(null)).contains(token);
            assertThat(reports.tokenOfThread(null)).isEqualTo(reports.publish(null));
            assertThat(BatonGuards.currentToken()).isEmpty();
        });
    }

    @Test
    void callsOnOtherInstancesSkipFailOrWait() {
        instance("leader").run(leader -> {
            awaitLeading(leader.getBean(Elections.class));
            instance("follower").run(follower -> {
                Reports reports = follower.getBean(Reports.class);

                reports.tick();
                assertThat(plain(reports).ticks).isZero();
                assertThat(reports.later().toCompletableFuture()).isCompletedWithValue(null);
                assertThatThrownBy(reports::count)
                        .isInstanceOf(NotLeaderException.class)
                        .hasMessageContaining("reports");
                assertThatThrownBy(reports::mustBeLeader).isInstanceOf(NotLeaderException.class);

                CompletableFuture<Integer> patient = CompletableFuture.supplyAsync(reports::patient);
                leader.getBean(Elections.class).relinquish("reports", Duration.ofSeconds(30));
                assertThat(patient.get(30, TimeUnit.SECONDS)).isEqualTo(7);
            });
        });
    }

    @Test
    void knowsWhoLeadsARoleThatIsObserved() {
        instance("leader").run(leader -> {
            awaitLeading(leader.getBean(Elections.class));
            instance("follower").withBean(Observer.class).run(follower -> {
                Elections elections = follower.getBean(Elections.class);
                assertThat(elections.knownLeader("reports")).isEmpty();

                elections.observe("reports");

                Observer observer = follower.getBean(Observer.class);
                await().until(() -> observer.leaders.contains("leader"));
                assertThatThrownBy(follower.getBean(Reports.class)::mustBeLeader)
                        .isInstanceOf(NotLeaderException.class)
                        .hasMessageContaining("leader does");
                leader.getBean(Elections.class).relinquish("reports", Duration.ofSeconds(30));
                await().until(() -> observer.leaders.contains("follower"));
            });
        });
    }

    @Test
    void givesItsRolesUpWhileItRefusesTrafficIfToldSo() {
        instance("old")
                .withPropertyValues("baton.leader.relinquish-when-refusing-traffic=true")
                .run(old -> {
                    Elections leaving = old.getBean(Elections.class);
                    awaitLeading(leaving);
                    instance("new").run(fresh -> {
                        Elections coming = fresh.getBean(Elections.class);

                        AvailabilityChangeEvent.publish(old, ReadinessState.REFUSING_TRAFFIC);
                        awaitLeading(coming);
                        await().until(() ->
                                coming.latch("reports").getParticipants().size() == 1);
                        assertThat(leaving.isLeader("reports")).isFalse();

                        AvailabilityChangeEvent.publish(old, ReadinessState.ACCEPTING_TRAFFIC);
                        await().until(() ->
                                coming.latch("reports").getParticipants().size() == 2);
                        assertThat(coming.isLeader("reports")).isTrue();
                    });
                    awaitLeading(leaving);
                });
    }

    @Test
    void keepsItsRolesWhileItRefusesTrafficUnlessToldOtherwise() {
        instance("one").run(context -> {
            awaitLeading(context.getBean(Elections.class));

            AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);

            assertThat(context.getBeansOfType(TrafficFollower.class)).isEmpty();
            assertThat(context.getBean(Elections.class).isLeader("reports")).isTrue();
        });
    }

    @Test
    void aChildContextTakesPartThroughItsParent() {
        shared.instance("one")
                .run(parent -> SharedStore.plain()
                        .withParent(parent)
                        .withBean(Reports.class)
                        .run(child -> {
                            assertThat(child.getBean(Elections.class)).isSameAs(parent.getBean(Elections.class));
                            assertThat(shared.store().liveSessions()).isEqualTo(2);
                            awaitLeading(parent.getBean(Elections.class));
                            assertThat(child.getBean(Reports.class).count()).isEqualTo(1);
                        }));
    }

    @Test
    void interruptsARunningCallWhenLeadershipIsLost() {
        instance("one").run(context -> {
            awaitLeading(context.getBean(Elections.class));
            Reports reports = context.getBean(Reports.class);
            CompletableFuture<Void> call = CompletableFuture.runAsync(reports::untilInterrupted);
            assertThat(plain(reports).entered.await(30, TimeUnit.SECONDS)).isTrue();

            shared.store().faults().expire("one");

            assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(GrantLostException.class);
        });
    }

    @Test
    void cancelsAStageWhenLeadershipIsLost() {
        instance("one").run(context -> {
            awaitLeading(context.getBean(Elections.class));
            Reports reports = context.getBean(Reports.class);
            CompletionStage<String> call = reports.never();
            assertThat(call.toCompletableFuture()).isNotDone();

            shared.store().faults().expire("one");

            assertThatThrownBy(() -> call.toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(GrantLostException.class);
            await().until(() -> plain(reports).pending.isCancelled());
        });
    }

    @Test
    void tellsWhenLeadershipComesAndGoes() {
        instance("one").withBean(Diary.class).run(context -> {
            Diary diary = context.getBean(Diary.class);
            await().until(() -> diary.entries.size() == 1);
            assertThat(diary.entries.get(0)).isInstanceOf(LeadershipGrantedEvent.class);

            shared.store().faults().expire("one");

            await().until(() -> diary.entries.size() == 3);
            LeadershipRevokedEvent revoked = (LeadershipRevokedEvent) diary.entries.get(1);
            assertThat(revoked.reason()).isIn(LossReason.SESSION_LOST, LossReason.NODE_DELETED);
            LeadershipGrantedEvent again = (LeadershipGrantedEvent) diary.entries.get(2);
            assertThat(again.leadership().token()).isGreaterThan(revoked.token());
        });
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        instance("one").withBean(Grumbler.class).withBean(Diary.class).run(context -> {
            awaitLeading(context.getBean(Elections.class));
            context.getBean(Elections.class).relinquish("reports", Duration.ZERO);

            awaitLeading(context.getBean(Elections.class));
        });
    }

    @Test
    void queuesUpForConfiguredRolesUnderTheirPath() {
        shared.instance("one")
                .withPropertyValues("baton.leader.roles.billing.path=elections/billing")
                .run(context -> {
                    Elections elections = context.getBean(Elections.class);
                    assertThat(elections.roles()).containsExactly("billing");
                    await().until(() -> elections.isLeader("billing"));
                    assertThat(shared.store().children("/orders/elections/billing"))
                            .hasSize(1);
                });
    }

    @Test
    void leavesNothingBehindAndContendsAgainAfterAStop() {
        instance("one").run(context -> {
            Elections elections = context.getBean(Elections.class);
            awaitLeading(elections);
            Leadership first = elections.leadership("reports").orElseThrow();

            context.stop();

            assertThat(first.isValid()).isFalse();
            await().until(() ->
                    shared.store().children("/orders/leader/reports").isEmpty());

            context.start();

            awaitLeading(elections);
            assertThat(elections.leadership("reports").orElseThrow().token()).isGreaterThan(first.token());
        });
    }

    private ApplicationContextRunner instance(String name) {
        return shared.instance(name).withBean(Reports.class).withBean(Consumer.class);
    }

    /** The bean behind its proxy: only that has fields. */
    private static Reports plain(Reports reports) {
        return AopTestUtils.getTargetObject(reports);
    }

    private static void awaitLeading(Elections elections) {
        await().until(() -> elections.isLeader("reports"));
    }

    static class Reports {
        final CountDownLatch entered = new CountDownLatch(1);
        final CompletableFuture<String> pending = new CompletableFuture<>();
        int ticks;

        @LeaderOnly("reports")
        public Optional<Long> publish(@Nullable Leadership leadership) {
            return Optional.of(leadership.token().value());
        }

        @LeaderOnly("reports")
        public Optional<Long> tokenOfThread(@Nullable FencingToken token) {
            BatonGuards.assertGuarded();
            assertThat(BatonGuards.currentToken()).contains(token);
            return BatonGuards.currentToken().map(FencingToken::value);
        }

        @LeaderOnly("reports")
        public void tick() {
            ticks++;
        }

        @LeaderOnly("reports")
        public CompletionStage<String> later() {
            return CompletableFuture.completedFuture("ran");
        }

        @LeaderOnly("reports")
        public CompletionStage<String> never() {
            return pending;
        }

        @LeaderOnly("reports")
        public int count() {
            return 1;
        }

        @LeaderOnly(role = "reports", otherwise = Otherwise.FAIL)
        public void mustBeLeader() {}

        @LeaderOnly(role = "reports", waitFor = "30s")
        public int patient() {
            return 7;
        }

        @LeaderOnly("reports")
        public void untilInterrupted() {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has the latch of a role injected. */
    static class Consumer {
        final LeaderLatch latch;

        Consumer(@Role("reports") LeaderLatch latch) {
            this.latch = latch;
        }
    }

    static class Diary {
        final List<Object> entries = new CopyOnWriteArrayList<>();

        @EventListener
        void granted(LeadershipGrantedEvent event) {
            entries.add(event);
        }

        @EventListener
        void revoked(LeadershipRevokedEvent event) {
            entries.add(event);
        }
    }

    static class Observer {
        final List<String> leaders = new CopyOnWriteArrayList<>();

        @EventListener
        void changed(LeaderChangedEvent event) {
            leaders.add(event.leader().id());
        }
    }

    static class Grumbler {
        @EventListener
        void granted(LeadershipGrantedEvent event) {
            throw new IllegalStateException("no thanks");
        }
    }
}
