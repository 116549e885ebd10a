package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrialTest {
    @Test
    void aLimitThatIsOffForATrialIsShownWithIt() {
        assertThat(Trial.W12.configuration(List.of("snapCount=7")))
                .containsExactly("snapCount=7", "connection_throttle_tokens=0");
        assertThat(Trial.W12.configuration(List.of("connection_throttle_tokens=2000")))
                .containsExactly("connection_throttle_tokens=2000");
        assertThat(Trial.W11.configuration(List.of())).isEmpty();
    }
}
