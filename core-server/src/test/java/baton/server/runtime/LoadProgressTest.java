package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadProgressTest {
    private final StandingClock clock = new StandingClock();

    @Test
    void whoeverDoesNothingForMuchLongerThanAThreadTakesToEndHangs() {
        try (LoadProgress progress = LoadProgress.ofRebirth(Optional.empty(), 40_000, clock)) {
            for (int i = 0; i < 3; i++) {
                clock.goOn(TimeUnit.SECONDS.toNanos(55));
                assertThat(progress.isStalled()).isFalse();
                progress.run();
                assertThat(progress.isStalled()).isFalse();
            }
            clock.goOn(TimeUnit.SECONDS.toNanos(55) + 1);
            assertThat(progress.isStalled()).isTrue();

            progress.run();

            assertThat(progress.isStalled()).isFalse();
        }
    }

    @Test
    void howFarItIsBeginsAnewWithAnotherAttempt() {
        try (LoadProgress progress = LoadProgress.ofStart(Optional.empty(), clock)) {
            assertThat(progress.percentRead()).isZero();

            progress.toRead(3_000_000_000_000L);
            progress.hasRead(1_500_000_000_000L);
            assertThat(progress.percentRead()).isEqualTo(50);

            progress.toRead(200);
            assertThat(progress.percentRead()).isZero();

            // The files may have grown since somebody looked.
            progress.hasRead(201);
            assertThat(progress.bytesRead()).isEqualTo(200);
            assertThat(progress.percentRead()).isEqualTo(100);
        }
    }
}
