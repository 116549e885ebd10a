package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReloadProgressTest {
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
    void whoeverDoesNothingForHalfAMinuteHangs() {
        try (ReloadProgress progress = ReloadProgress.begin(Optional.empty(), clock)) {
            for (int i = 0; i < 3; i++) {
                now += TimeUnit.SECONDS.toNanos(30);
                assertThat(progress.isStalled()).isFalse();
                progress.run();
            }
            now += TimeUnit.SECONDS.toNanos(30) + 1;
            assertThat(progress.isStalled()).isTrue();

            progress.run();

            assertThat(progress.isStalled()).isFalse();
        }
    }
}
