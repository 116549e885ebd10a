package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentThreadTest {
    private final CountDownLatch disk = new CountDownLatch(1);
    private final CountDownLatch atTheDisk = new CountDownLatch(1);
    private final CountDownLatch hurried = new CountDownLatch(1);

    @Test
    void anAgentThatStaysWithADiskThatHangsIsNotWaitedForForEver() throws Exception {
        AgentThread thread = new AgentThread(new Stuck(), new Doorbell(), (role, failure) -> {}, 1, 1);
        thread.start();
        atTheDisk.await();

        assertThat(thread.stop()).isFalse();
        assertThat(hurried.getCount()).isZero();

        disk.countDown();
        await().until(thread::stop);
    }

    @Test
    void anAgentIsToldThatItEndsAndNeedNotBeHurried() throws Exception {
        Expectant agent = new Expectant();
        AgentThread thread = new AgentThread(agent, new Doorbell(), (role, failure) -> {}, 5_000, 5_000);
        thread.start();

        assertThat(thread.stop()).isTrue();

        assertThat(agent.endedUnhurried).isTrue();
    }

    /** Ends only when it knows that there will be no more. */
    private final class Expectant implements Agent {
        private volatile boolean ending;
        private volatile boolean endedUnhurried;

        @Override
        public String role() {
            return "expectant";
        }

        @Override
        public int doWork(long nowNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public boolean awaitsOthers() {
            return !ending;
        }

        @Override
        public void ending() {
            ending = true;
        }

        @Override
        public void hurry() {
            hurried.countDown();
            // Too late for what is to be seen, but the thread must not outlive the test.
            ending = true;
        }

        @Override
        public void onClose() {
            endedUnhurried = hurried.getCount() > 0;
        }
    }

    private final class Stuck implements Agent {
        @Override
        public String role() {
            return "stuck";
        }

        @Override
        public int doWork(long nowNanos) throws InterruptedException {
            atTheDisk.countDown();
            disk.await();
            return 1;
        }

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public void hurry() {
            hurried.countDown();
        }

        @Override
        public void onClose() {}
    }
}
