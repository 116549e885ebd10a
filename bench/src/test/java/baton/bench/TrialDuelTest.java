package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialDuelTest {
    private final List<String> order = new ArrayList<>();

    @Test
    void whoIsFirstChangesFromPairToPair() throws IOException {
        TrialDuel duel = duel(3, quiet(1), quiet(1), quiet(1));

        assertThat(order).containsExactly("ours", "theirs", "theirs", "ours", "ours", "theirs");
        assertThat(duel.lines())
                .containsExactly(
                        "W11 end of a session with 10,000 ephemerals, time: 1.00 vs 4.00 ms = 4.0x (IQR 4.0-4.0, 3"
                                + " pairs)",
                        "W11 end of a session with 10,000 ephemerals, server CPU in all: 1.00 vs 2.00 s = 2.0x (IQR "
                                + "2.0-2.0, 3 pairs)");
        assertThat(duel.row())
                .isEqualTo("| W11 end of a session with 10,000 ephemerals | 4 | 12 | time: 1.00 vs 4.00 ms = 4.0x (IQR "
                        + "4.0-4.0, 3 pairs) |");
    }

    @Test
    void aNoisyPairIsMadeAgain() throws IOException {
        TrialDuel duel = duel(2, noisy(), quiet(1), quiet(2));

        assertThat(order).containsExactly("ours", "theirs", "ours", "theirs", "theirs", "ours");
        assertThat(duel.lines().get(0)).endsWith("time: 1.50 vs 4.00 ms = 3.0x (IQR 2.5-3.5, 2 pairs)");
    }

    @Test
    void withTooManyNoisyPairsThereIsNoFigure() throws IOException {
        TrialDuel duel = duel(1, noisy(), noisy(), noisy());

        assertThat(duel.hasFigure()).isFalse();
        assertThat(duel.lines())
                .containsExactly(
                        "W11 end of a session with 10,000 ephemerals, too noisy, no figure: 0 of 3 pairs with at "
                                + "most 15% of the processors used by other processes, the median 50%");
        assertThat(duel.row()).endsWith("| too noisy |");
    }

    private TrialDuel duel(int pairs, TrialRun... ours) throws IOException {
        Deque<TrialRun> left = new ArrayDeque<>(List.of(ours));
        TrialDuel duel = new TrialDuel(Trial.W11, 0.15);
        duel.run(
                pairs,
                () -> {
                    order.add("ours");
                    return left.remove();
                },
                () -> {
                    order.add("theirs");
                    return run(4, 2, 0);
                });
        return duel;
    }

    private static TrialRun quiet(double millis) {
        return run(millis, 1, 0.01);
    }

    private static TrialRun noisy() {
        return run(1, 1, 0.5);
    }

    private static TrialRun run(double millis, double cpuSeconds, double foreignShare) {
        return new TrialRun(
                List.of(new Figure("time", millis, "ms"), new Figure("server CPU in all", cpuSeconds, "s")),
                foreignShare);
    }
}
