package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LastWordsTest {
    private final AtomicBoolean said = new AtomicBoolean();

    @Test
    void areSaidBeforeTheServerEnds() {
        Thread ending = Thread.currentThread();
        Runnable words = () -> {
            while (ending.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            said.set(true);
        };

        LastWords.say(words, TimeUnit.HOURS.toMillis(1));

        assertThat(said).isTrue();
    }

    @Test
    void nobodyWaitsForOneWhoHangsOverThem() throws InterruptedException {
        CountDownLatch disk = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);

        LastWords.say(
                () -> {
                    hang(disk);
                    over.countDown();
                },
                1);

        assertThat(over.getCount()).isOne();
        disk.countDown();
        over.await();
    }

    private static void hang(CountDownLatch disk) {
        try {
            disk.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
