package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import baton.recipes.CodecException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskEnvelopeTest {
    private static final TaskEnvelope SUBMITTED = TaskEnvelope.submitted(
            new TaskEnvelope.Terms(3, Duration.ofSeconds(9), Map.of("gpu", "yes", "zone", "a=b"), 1_000, "k"),
            Payload.utf8("work\n\nbody"),
            2_000);

    @Test
    void survivesItsBytesInEveryState() {
        TaskEnvelope assigned = SUBMITTED.assignedTo("w1", 77, 55, 3_000);
        TaskEnvelope stopped = assigned.askedToStop(TaskEnvelope.Stop.CANCEL, 4_000);
        TaskEnvelope failed = stopped.failed("w1: it\nbroke", 6_000, "change-1", 5_000);

        assertThat(List.of(SUBMITTED, assigned, stopped, failed))
                .allSatisfy(envelope ->
                        assertThat(TaskEnvelope.decode(envelope.encode())).isEqualTo(envelope));
    }

    @Test
    void aFailureCountsAndTheLastFiveAreKeptShort() {
        TaskEnvelope envelope = SUBMITTED;
        for (int failure = 0; failure < 7; failure++) {
            envelope = envelope.failed(failure + "x".repeat(300), 0, "", 0);
        }

        assertThat(envelope.progress().attempts()).isEqualTo(7);
        assertThat(envelope.progress().failures()).hasSize(5).allMatch(text -> text.length() == 256);
        assertThat(envelope.progress().failures().get(0)).startsWith("2x");
        assertThat(envelope.lastFailure().orElseThrow()).startsWith("6x");
    }

    @Test
    void theThirdOfThreeAttemptsIsTheLast() {
        TaskEnvelope once = SUBMITTED.failed("a", 0, "", 0);

        assertThat(once.isLastAttempt()).isFalse();
        assertThat(once.failed("b", 0, "", 0).isLastAttempt()).isTrue();
    }

    @Test
    void theOriginIsNotedOnceAndKept() {
        TaskEnvelope first = SUBMITTED.assignedTo("w1", 7, 55, 0);

        assertThat(first.progress().origin()).isEqualTo(55);
        assertThat(first.returned(0, "", 0)
                        .assignedTo("w2", 8, 99, 0)
                        .progress()
                        .origin())
                .isEqualTo(55);
    }

    @Test
    void beingGivenBackCountsNothingAndRevivalForgetsTheAttempts() {
        TaskEnvelope twice = SUBMITTED.failed("a", 0, "", 0).failed("b", 0, "", 0);

        assertThat(twice.returned(9, "c", 1).progress().attempts()).isEqualTo(2);
        assertThat(twice.revived(1).progress().attempts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rm -rf", "baton-task 1\n\n", "baton-task 2\nattempts=1\n\n"})
    void foreignBytesAreRefused(String text) {
        assertThatThrownBy(() -> TaskEnvelope.decode(Payload.utf8(text)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("baton-task 1");
        assertThat(TaskEnvelope.tryDecode(Payload.utf8(text))).isEmpty();
    }

    @Test
    void resultsAndWorkersSurviveTheirBytes() {
        ResultEnvelope result =
                new ResultEnvelope(TaskState.SUCCEEDED, 2, "w1", 99, "", "k", "change", 5_000, Payload.utf8("value"));
        WorkerEntry worker = new WorkerEntry("i", 4, true, false, Map.of("gpu", "yes"));

        assertThat(ResultEnvelope.decode(result.encode())).isEqualTo(result);
        assertThat(WorkerEntry.decode(worker.encode())).isEqualTo(worker);
    }
}
