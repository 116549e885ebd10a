package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.testkit.JavaProcess;
import baton.protocol.OpCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a benchmark ends, neither its servers nor their data stay. */
@Timeout(60)
class WorkplaceTest {
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final String PORT = "port ";

    /** No process has that number. */
    private static final String LONG_GONE = "999999999 2026-01-01T00:00:00Z";

    @TempDir
    Path directory;

    /** A benchmark of one server that never comes to its end. */
    static final class Endless {
        private Endless() {}

        public static void main(String[] arguments) throws Exception {
            Target.Machine machine = Target.Machine.shared(64);
            try (Workplace work = Workplace.in(Path.of(arguments[0]));
                    Target server = Target.canned(work.path().resolve("canned"), machine, Map.of(OpCode.PING, 16))) {
                System.out.println(PORT + server.address().getPort());
                new CountDownLatch(1).await();
            }
        }
    }

    private JavaProcess endless() {
        return JavaProcess.of(Endless.class.getName())
                .arguments(directory.toString())
                .start();
    }

    private static int port(JavaProcess benchmark) {
        return Integer.parseInt(benchmark.awaitLine(PORT, START_MAX).substring(PORT.length()));
    }

    private static void connect(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }

    @Test
    void oneThatIsToldToEndTakesAllWithIt() {
        try (JavaProcess benchmark = endless()) {
            int port = port(benchmark);

            benchmark.terminate();

            assertThat(directory).isEmptyDirectory();
            assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void theNextRemovesWhatAKilledOneLeft() throws IOException {
        try (JavaProcess benchmark = endless()) {
            int port = port(benchmark);
            benchmark.kill();
            connect(port);

            Workplace.in(directory).close();

            assertThat(directory).isEmptyDirectory();
            assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void oneThatLivesIsLeftAlone() throws IOException {
        try (JavaProcess benchmark = endless()) {
            int port = port(benchmark);

            Workplace.in(directory).close();

            assertThat(directory).isDirectoryRecursivelyContaining("glob:**/canned/zoo.cfg");
            connect(port);
            benchmark.terminate();
        }
    }

    @Test
    void aNoteThatSaysNothingIsNone() throws IOException {
        Path abandoned = directory.resolve("baton-bench17");
        Path server = Files.createDirectories(abandoned.resolve("canned"));
        Files.writeString(abandoned.resolve(".lock"), LONG_GONE);
        Files.createFile(server.resolve("server.process"));

        Workplace.in(directory).close();

        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"baton-bench-mine, 17 2026-01-01T00:00:00Z", "baton-bench17, mine"})
    void whatNoBenchmarkMadeIsLeftAlone(String name, String content) throws IOException {
        Path others = Files.createDirectory(directory.resolve(name));
        Path lock = Files.writeString(others.resolve(".lock"), content);

        Workplace.in(directory).close();

        assertThat(lock).hasContent(content);
    }

    @Test
    void theDataOfOneThatMayLiveAreLeftAlone() throws IOException {
        Path abandoned = directory.resolve("baton-bench17");
        Path server = Files.createDirectories(abandoned.resolve("canned"));
        Files.writeString(abandoned.resolve(".lock"), LONG_GONE);
        try (JavaProcess living = JavaProcess.of(Endless.class.getName())
                .arguments(server.toString())
                .start()) {
            port(living);
            Path note = Files.writeString(server.resolve("server.process"), living.pid() + " 2026-01-01T00:00:00Z");

            Workplace.in(directory).close();

            assertThat(note).exists();
            assertThat(living.isAlive()).isTrue();
            living.terminate();
        }
    }
}
