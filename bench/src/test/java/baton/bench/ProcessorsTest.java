package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    @Test
    void rangesAreWrittenOut() {
        assertThat(Processors.parse("3")).containsExactly(3);
        assertThat(Processors.parse("0-2,5,8-9")).containsExactly(0, 1, 2, 5, 8, 9);
    }

    @Test
    void theTimeOfOneIsAPartOfThatOfAll() throws IOException {
        long ofOne = ProcessorTime.ofProcessors(Processors.ALLOWED.subList(0, 1));
        long ofAll = ProcessorTime.ofProcessors(Processors.ALLOWED);

        assertThat(ofOne).isBetween(1L, ofAll);
    }

    @Test
    void oneThatTheKernelDoesNotCountIsAnError() {
        assertThatThrownBy(() -> ProcessorTime.ofProcessors(List.of(1_000_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[1000000]");
    }
}
