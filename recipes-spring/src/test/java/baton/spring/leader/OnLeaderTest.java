package baton.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;

import baton.recipes.latch.Leadership;
import baton.spring.SharedStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnLeaderTest {
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
    void runsFromGrantToLossAndAgain() {
        shared.instance("one").withBean(Ingest.class).run(context -> {
            Ingest ingest = context.getBean(Ingest.class);
            Leadership first = ingest.next();
            assertThat(first.isValid()).isTrue();

            shared.store().faults().expire("one");

            Leadership second = ingest.next();
            assertThat(ingest.interrupted).containsExactly(first);
            assertThat(second.token()).isGreaterThan(first.token());
        });
    }

    @Test
    void isInterruptedAndAwaitedBeforeLeadershipIsGivenBack() {
        Ingest[] stopped = new Ingest[1];

        shared.instance("one").withBean(Ingest.class).run(context -> {
            stopped[0] = context.getBean(Ingest.class);
            stopped[0].next();
        });

        assertThat(stopped[0].interrupted).hasSize(1);
        assertThat(stopped[0].validWhenInterrupted).containsExactly(true);
    }

    @Test
    void keepsLeadershipWhenTheMethodReturns() {
        shared.instance("one").withBean(Once.class).run(context -> {
            Leadership leadership = context.getBean(Once.class).runs.poll(30, TimeUnit.SECONDS);
            Elections elections = context.getBean(Elections.class);

            assertThat(elections.leadership("once")).contains(leadership);
            assertThat(context.getBean(Once.class).runs).isEmpty();
        });
    }

    @Test
    void releasesLeadershipWhenAskedTo() {
        shared.instance("one").withBean(Relay.class).run(one -> {
            Relay first = one.getBean(Relay.class);
            assertThat(first.turns.poll(30, TimeUnit.SECONDS)).isNotNull();
            shared.instance("two").withBean(Relay.class).run(two -> {
                Relay second = two.getBean(Relay.class);

                assertThat(second.turns.poll(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(first.turns.poll(30, TimeUnit.SECONDS)).isNotNull();
            });
        });
    }

    @Test
    void relinquishesWhenTheMethodThrowsAndComesBack() {
        shared.instance("one").withBean(Clumsy.class).run(context -> {
            Clumsy clumsy = context.getBean(Clumsy.class);
            Leadership first = clumsy.runs.poll(30, TimeUnit.SECONDS);

            Leadership second = clumsy.runs.poll(30, TimeUnit.SECONDS);

            assertThat(second.token()).isGreaterThan(first.token());
        });
    }

    static class Ingest {
        final BlockingQueue<Leadership> runs = new LinkedBlockingQueue<>();
        final List<Leadership> interrupted = new CopyOnWriteArrayList<>();
        final List<Boolean> validWhenInterrupted = new CopyOnWriteArrayList<>();

        @OnLeader("ingest")
        void ingest(Leadership leadership) {
            runs.add(leadership);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException loss) {
                validWhenInterrupted.add(leadership.isValid());
                interrupted.add(leadership);
            }
        }

        Leadership next() throws InterruptedException {
            return runs.poll(30, TimeUnit.SECONDS);
        }
    }

    static class Once {
        final BlockingQueue<Leadership> runs = new LinkedBlockingQueue<>();

        @OnLeader("once")
        void run(Leadership leadership) {
            runs.add(leadership);
        }
    }

    static class Relay {
        final BlockingQueue<Leadership> turns = new LinkedBlockingQueue<>();

        @OnLeader(role = "relay", whenDone = OnLeader.WhenDone.RELEASE)
        void run(Leadership leadership) {
            turns.add(leadership);
        }
    }

    static class Clumsy {
        final BlockingQueue<Leadership> runs = new LinkedBlockingQueue<>();

        @OnLeader("clumsy")
        void run(Leadership leadership) {
            runs.add(leadership);
            throw new IllegalStateException("clumsy");
        }
    }
}
