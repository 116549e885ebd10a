package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.sim.history.Violation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();

    @Test
    void whatComesAtOneTimeHappensInTheOrderInWhichItCame() {
        List<String> happened = new ArrayList<>();
        time.after(2, () -> happened.add("later"));
        time.after(1, () -> happened.add("first"));
        time.after(1, () -> happened.add("second"));
        time.after(1, () -> happened.add("cancelled")).cancel();

        time.runUntil(2);

        assertThat(happened).containsExactly("first", "second", "later");
        assertThat(time.nowNanos()).isEqualTo(2);
    }

    /** Rule DT-5: also where nobody notes anything. */
    @Test
    void theHashTellsTheOrderOfTurns() {
        assertThat(hashOf(1, 2)).isEqualTo(hashOf(1, 2));
        assertThat(hashOf(1, 2)).isNotEqualTo(hashOf(2, 1)).isNotEqualTo(hashOf(1, 3));
    }

    private static long hashOf(long... nanos) {
        VirtualTime time = new VirtualTime();
        for (long each : nanos) {
            time.after(each, () -> {});
        }
        time.runUntil(10);
        return time.hash();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatNeverEndsIsAFailureWhoeverLetsTimePass() {
        again();

        assertThatThrownBy(() -> time.runUntil(1)).isInstanceOf(Violation.class).hasMessageContaining("DT-6");
    }

    private void again() {
        time.after(0, this::again);
    }
}
