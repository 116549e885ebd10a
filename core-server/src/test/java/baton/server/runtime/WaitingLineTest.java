package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private final WaitingLine<String> line = new WaitingLine<>();

    @Test
    void eachStandsInLineOnceAndKeepsItsPlace() {
        for (int i = 0; i < 3; i++) {
            line.add("first");
            line.add("second");
        }

        assertThat(line.size()).isEqualTo(2);
        assertThat(takeAll()).containsExactly("first", "second");
    }

    @Test
    void whoWasServedMayComeAgainBehindTheOthers() {
        line.add("first");
        line.add("second");
        line.takeFirst();
        line.add("first");

        assertThat(takeAll()).containsExactly("second", "first");
    }

    private List<String> takeAll() {
        List<String> taken = new ArrayList<>();
        while (!line.isEmpty()) {
            taken.add(line.takeFirst());
        }
        return taken;
    }
}
