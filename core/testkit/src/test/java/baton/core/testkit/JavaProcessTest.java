package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JavaProcessTest {

    /** Prints its arguments, then repeats what it is told until told {@code end}. */
    static final class Talker {
        public static void main(String[] arguments) throws IOException {
            System.out.println("arguments " + Arrays.toString(arguments));
            System.err.println("error output");
            while (System.in.read() >= 0) {
                System.out.println("read");
            }
        }
    }

    private static JavaProcess talker(String... arguments) {
        return JavaProcess.of(Talker.class.getName()).arguments(arguments).start();
    }

    @Test
    void whatItPrintsIsKept() {
        try (JavaProcess process = talker("a", "b")) {
            assertThat(process.awaitLine("arguments", Stages.PATIENCE)).isEqualTo("arguments [a, b]");
            assertThat(process.awaitLine("error", Stages.PATIENCE)).isEqualTo("error output");
            assertThat(process.lines()).containsExactly("arguments [a, b]", "error output");
        }
    }

    @Test
    void aKilledProcessIsGoneAndSaysNoMore() {
        try (JavaProcess process = talker()) {
            process.awaitLine("arguments", Stages.PATIENCE);

            process.kill();

            assertThat(process.isAlive()).isFalse();
            assertThat(process.awaitExit(Stages.PATIENCE)).isEqualTo(128 + 9);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> process.awaitLine("never", Stages.PATIENCE))
                    .withMessageStartingWith("JavaProcessTest$Talker ended without a line with \"never\"")
                    .withMessageContaining("arguments []");
        }
    }

    @Test
    void aPausedProcessStandsStillUntilResumed() {
        try (JavaProcess process = talker()) {
            process.awaitLine("arguments", Stages.PATIENCE);

            process.pause();
            await().atMost(Stages.PATIENCE).until(() -> state(process) == 'T');
            process.resume();
            await().atMost(Stages.PATIENCE).until(() -> state(process) != 'T');

            assertThat(process.terminate()).isEqualTo(128 + 15);
        }
    }

    // Behind the name in parentheses stands the state: S sleeping, R running, T stopped.
    private static char state(JavaProcess process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }
}
