package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RebirthProgressTest {
    private long now = 7;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    };

    @Test
    void whoeverDoesNothingForMuchLongerThanAThreadTakesToEndHangs() {
        try (RebirthProgress progress = RebirthProgress.begin(Optional.empty(), 40_000, clock)) {
            for (int i = 0; i < 3; i++) {
                now += TimeUnit.SECONDS.toNanos(55);
                assertThat(progress.isStalled()).isFalse();
                progress.run();
            }
            now += TimeUnit.SECONDS.toNanos(55) + 1;
            assertThat(progress.isStalled()).isTrue();

            progress.run();

            assertThat(progress.isStalled()).isFalse();
        }
    }
}
