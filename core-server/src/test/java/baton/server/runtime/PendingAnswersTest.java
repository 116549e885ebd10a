package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.OpCode;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
    @Test
    void isAQueueHoweverItGrowsAndShrinks() {
        PendingAnswers pending = new PendingAnswers();
        ArrayDeque<Integer> model = new ArrayDeque<>();
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            if (model.isEmpty() || random.nextInt(100) < 52) {
                pending.add(OpCode.CREATE, i, 2L * i);
                model.add(i);
            } else {
                int first = model.remove();
                assertThat(pending.firstBytes()).isEqualTo(first);
                assertThat(pending.firstSinceNanos()).isEqualTo(2L * first);
                pending.removeFirst();
            }
            assertThat(pending.size()).isEqualTo(model.size());
        }
    }

    @Test
    void hasNoAnswerTooMany() {
        assertThatThrownBy(() -> new PendingAnswers().removeFirst()).isInstanceOf(IllegalStateException.class);
    }
}
