package baton.shell.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.NodePath;
import baton.core.testkit.EtcdServer;
import baton.server.BatonServer;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as users run it, with real processes that are really killed; on few files. */
class DemoTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The keys from the least on, in Base64. */
    private static final String ALL_KEYS = "{\"key\":\"AA==\",\"range_end\":\"AA==\"}";

    @TempDir
    private Path files;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @AfterEach
    void nobodyIsLeft() {
        await().atMost(PATIENCE)
                .until(() -> ProcessHandle.current().descendants().noneMatch(DemoTest::isPart));
    }

    @Test
    void everyTaskIsRecordedOnceAlthoughAWorkerAndTheLeaderAreKilled() throws IOException, InterruptedException {
        writeFiles(40);

        ExitCode code = run(3, DemoOptions.Failures.WORKER_THEN_LEADER);

        assertThat(text())
                .containsPattern("killed worker-\\d \\(pid \\d+\\) halfway through ")
                .containsPattern("worker-\\d took over .* after \\d+\\.\\d\\d s")
                .containsPattern("killed master-\\d \\(pid \\d+\\), which led")
                .containsPattern("master-\\d \\(pid \\d+\\) leads after \\d+\\.\\d\\d s")
                .containsPattern("files +40")
                .contains("the same in a single process: equal; no task missing, none recorded twice");
        assertThat(code).isEqualTo(ExitCode.OK);
    }

    @Test
    void oneFileAndOneWorkerAreEnough() throws IOException, InterruptedException {
        writeFiles(1);

        ExitCode code = run(1, DemoOptions.Failures.WORKER_THEN_LEADER);

        assertThat(text()).contains("it was the only worker: starting another", "worker-2 took over");
        assertThat(code).isEqualTo(ExitCode.OK);
    }

    @Test
    void nobodyIsKilledIfNobodyIsToBe() throws IOException, InterruptedException {
        writeFiles(10);

        ExitCode code = run(2, DemoOptions.Failures.NONE);

        assertThat(text()).doesNotContain("killed").containsPattern("handed out again +0 times");
        assertThat(code).isEqualTo(ExitCode.OK);
    }

    @Test
    void noPartSurvivesTheStage() throws IOException {
        writeFiles(1);
        Process stage = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "baton.shell.Main",
                        "demo",
                        files.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(PATIENCE)
                .until(() -> stage.descendants().filter(DemoTest::isPart).count() >= 4);
        List<ProcessHandle> parts = stage.descendants().filter(DemoTest::isPart).toList();

        stage.destroyForcibly();

        await().atMost(PATIENCE).until(() -> parts.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void onEtcdItIsTheSameAndNothingIsLeftThere() throws IOException, InterruptedException {
        writeFiles(12);
        try (EtcdServer server = EtcdServer.start()) {
            ExitCode code = runAt(Optional.of(server.connectString()), 3, DemoOptions.Failures.WORKER_THEN_LEADER);

            assertThat(text())
                    .containsPattern("worker-\\d took over ")
                    .containsPattern("master-\\d \\(pid \\d+\\) leads after ")
                    .containsPattern("files +12")
                    .contains("the same in a single process: equal; no task missing, none recorded twice");
            assertThat(code).isEqualTo(ExitCode.OK);
            await().atMost(PATIENCE).until(() -> server.leases() == 0);
            assertThat(server.post("/v3/kv/range", ALL_KEYS)).doesNotContain("\"kvs\"");
        }
    }

    @Test
    void aServerIsLeftAsItWas() throws Exception {
        writeFiles(3);
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            String address = "zk://127.0.0.1:" + server.port();

            ExitCode code = runAt(Optional.of(address), 1, DemoOptions.Failures.NONE);

            assertThat(code).isEqualTo(ExitCode.OK);
            try (Store store = Store.open(address)) {
                assertThat(store.names(NodePath.ROOT)).containsExactly("zookeeper");
            }
        }
    }

    private ExitCode run(int workers, DemoOptions.Failures failures) throws InterruptedException {
        return runAt(Optional.empty(), workers, failures);
    }

    private ExitCode runAt(Optional<String> servers, int workers, DemoOptions.Failures failures)
            throws InterruptedException {
        DemoOptions options = new DemoOptions(List.of(files), files, servers, workers, failures);
        return Demo.intoPipe(options, new PrintStream(shown, true, StandardCharsets.UTF_8))
                .run();
    }

    private void writeFiles(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Files.writeString(files.resolve("file " + i + ".txt"), "some words\n".repeat(i));
        }
    }

    private String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private static boolean isPart(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> line.contains(Troupe.MARK))
                .orElse(false);
    }
}
