package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.junit.jupiter.api.Test;

class DoorbellTest {
    /** Each message is answered before the next is sent, so the consumer goes to sleep all the time. */
    @Test
    void noWakeUpIsEverLost() throws Exception {
        int messages = 50_000;
        MpscVarHandleArrayQueue<Long> queue = new MpscVarHandleArrayQueue<>(16);
        Doorbell doorbell = new Doorbell();
        AtomicLong consumed = new AtomicLong();
        Thread consumer = new Thread(() -> {
            while (consumed.get() < messages) {
                Long message = queue.poll();
                if (message == null) {
                    // Longer than the test may take: a lost wake-up is a failure and not a delay.
                    doorbell.await(TimeUnit.MINUTES.toNanos(10), () -> !queue.isEmpty());
                } else {
                    consumed.set(message);
                }
            }
        });
        consumer.setDaemon(true);
        consumer.start();

        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (long i = 1; i <= messages; i++) {
            queue.offer(i);
            doorbell.ring();
            while (consumed.get() < i && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
        }

        assertThat(consumed.get()).isEqualTo(messages);
    }

    @Test
    void whoFindsWorkDoesNotSleep() {
        long begin = System.nanoTime();

        new Doorbell().await(TimeUnit.MINUTES.toNanos(10), () -> true);

        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.MINUTES.toNanos(1));
    }
}
