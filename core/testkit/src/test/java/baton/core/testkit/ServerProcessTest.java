package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is no server on the class path of these tests: a start fails. */
class ServerProcessTest {
    @TempDir
    Path directory;

    @Test
    void aStartThatFailsKeepsNoPort() throws IOException {
        assertThatThrownBy(() -> ServerProcess.baton(directory, List.of())).hasMessageContaining("ended");

        int port = Integer.parseInt(written(directory.resolve("zoo.cfg"), "clientPort=(\\d+)"));
        Optional<LoopbackPort> claimed = LoopbackPort.claim(port);
        assertThat(claimed).isPresent();
        claimed.get().close();
    }

    @Test
    void aStartThatFailsLeavesNoDirectory() throws IOException {
        Path said = directory.resolve("said");

        assertThatThrownBy(() -> ServerProcess.apacheWithJvmOptions(
                        "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogVMOutput", "-XX:LogFile=" + said))
                .hasMessageContaining("ended");

        assertThat(Path.of(written(said, "java.command=\\S+ (\\S+)/zoo.cfg"))).doesNotExist();
    }

    private static String written(Path file, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(file));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
