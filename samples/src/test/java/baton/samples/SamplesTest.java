package baton.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs every sample as a user would and reads what it printed. */
@Timeout(60)
class SamplesTest {
    private static final int LINES_MAX = 60;

    /** A program that may fail. */
    private interface Sample {
        void main(String[] arguments) throws Exception;
    }

    @Test
    void leadershipPassesOnWithALargerToken() throws Exception {
        assertThat(printed(ElectLeader::main))
                .containsExactly("first leads: true, second leads: false", "second took over: true, token grew: true");
    }

    @Test
    void theLockLetsOneInAtATime() throws Exception {
        assertThat(printed(TakeLock::main))
                .containsExactly("entries: " + IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void theBarrierHoldsUntilItIsLifted() throws Exception {
        assertThat(printed(WaitAtBarrier::main))
                .containsExactly("passed while closed: false", "passed when lifted: true");
    }

    @Test
    void aPlaceThatIsTakenIsWaitedFor() throws Exception {
        assertThat(printed(KeepNode::main))
                .containsExactly(
                        "first is there: true",
                        "moved to: 10.0.0.7",
                        "second is there: false",
                        "second, once the first is gone: true");
    }

    @Test
    void membersAreSeenToComeAndGo() throws Exception {
        assertThat(printed(SeeMembers::main))
                .containsExactly("east at 10.0.0.1:8080", "west at 10.0.0.2:8080", "left: [west]");
    }

    @Test
    void callersTurnAwayFromAnInstanceThatFails() throws Exception {
        assertThat(printed(FindService::main))
                .containsExactly("called: [one, two]", "called after one failed twice: [two]");
    }

    @Test
    void aBadValueIsNeverCurrent() throws Exception {
        assertThat(printed(WatchConfig::main))
                .containsExactly(
                        "first: Limits[requestsPerSecond=100, timeout=PT2S]",
                        "rejected: not a Limits (34 bytes): line 1: requestsPerSecond=many: not a whole number of 32 bits",
                        "current: Limits[requestsPerSecond=100, timeout=PT2S]",
                        "changed: Limits[requestsPerSecond=500, timeout=PT1S]");
    }

    @Test
    void everyTaskIsDoneAndRecordedOnce() throws Exception {
        assertThat(printed(HandOutWork::main))
                .containsExactly("length: 3, attempts: 1", "length: 5, attempts: 1", "length: 12, attempts: 2");
    }

    @Test
    void samplesAreShort() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/baton/samples"))) {
            List<Path> tooLong = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> lines(file) > LINES_MAX)
                    .toList();

            assertThat(tooLong).isEmpty();
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static List<String> printed(Sample sample) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            sample.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
