package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.server.BatonServer;
import baton.server.config.ServerSettings;
import baton.server.storage.ApacheServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of other languages, as Debian and npm ship them, against our server; in the soak also against Apache's, which shows that the
 * cases themselves are right.
 *
 * <p>{@code bin/install-foreign-clients} fetches them; without them these tests are skipped and say so.
 */
class ForeignClientsTest {
    private static final Path CLIENTS = Path.of(System.getProperty("user.home"), ".cache", "baton", "foreign-clients");
    private static final Path LIBRARIES = CLIENTS.resolve("usr/lib/x86_64-linux-gnu");
    private static final long ANSWER_MAX_SECONDS = 120;
    private static final int TICK_MILLIS = 2000;

    @TempDir
    private Path directory;

    @Test
    void kazooFindsWhatItExpects() throws Exception {
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            assertThat(kazoo(server.connectString())).endsWith("all held");
        }
    }

    @Test
    void theClientOfCFindsWhatItExpects() throws Exception {
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            assertThat(c(server.connectString())).endsWith("all held");
        }
    }

    @Test
    void theShellOfCFindsWhatItExpects() throws Exception {
        requireClients();
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            assertThat(shellOfC(server.connectString(), "create /cli")).contains("rc = 0");
            assertThat(shellOfC(server.connectString(), "get /cli")).contains("value_len = 3\nnew");
        }
    }

    @Test
    void theClientOfNodeFindsWhatItExpects() throws Exception {
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            assertThat(node(server.connectString())).endsWith("all held");
        }
    }

    @Test
    @Tag("soak") // About 20 seconds.
    void apachesServerGivesTheSame() throws Exception {
        System.setProperty("zookeeper.4lw.commands.whitelist", "*");
        try (ApacheServer server = ApacheServer.forgetful(directory.resolve("apache"), TICK_MILLIS)) {
            assertThat(kazoo("127.0.0.1:" + server.port())).endsWith("all held");
            assertThat(c("127.0.0.1:" + server.port())).endsWith("all held");
            assertThat(node("127.0.0.1:" + server.port())).endsWith("all held");
        }
    }

    private String kazoo(String connectString) throws IOException, InterruptedException {
        requireClients();
        assumeTrue(onPath("python3"), "skipped: no python3 on the PATH");
        return run(
                Map.of(
                        "PYTHONPATH",
                        CLIENTS.resolve("usr/lib/python3/dist-packages").toString()),
                "python3",
                resource("kazoo_conformance.py").toString(),
                connectString);
    }

    private String c(String connectString) throws IOException, InterruptedException {
        requireClients();
        assumeTrue(onPath("cc"), "skipped: no C compiler (cc) on the PATH");
        Path program = directory.resolve("c_conformance");
        run(
                Map.of(),
                "cc",
                "-DTHREADED",
                "-I" + CLIENTS.resolve("usr/include"),
                "-o",
                program.toString(),
                resource("c_conformance.c").toString(),
                "-L" + LIBRARIES,
                "-l:libzookeeper_mt.so.2",
                "-lpthread");
        return run(Map.of("LD_LIBRARY_PATH", LIBRARIES.toString()), program.toString(), connectString);
    }

    private String node(String connectString) throws IOException, InterruptedException {
        Path packages = CLIENTS.resolve("node");
        assumeTrue(
                Files.exists(packages.resolve("complete")),
                "skipped: no client of Node in " + packages
                        + "; bin/install-foreign-clients fetches it where there is npm");
        assumeTrue(onPath("node"), "skipped: no node on the PATH");
        return run(
                Map.of("NODE_PATH", packages.resolve("node_modules").toString()),
                "node",
                resource("node_conformance.js").toString(),
                connectString);
    }

    private String shellOfC(String connectString, String command) throws IOException, InterruptedException {
        return run(
                Map.of("LD_LIBRARY_PATH", LIBRARIES.toString()),
                CLIENTS.resolve("usr/lib/zookeeper/bin/cli_mt").toString(),
                "-h",
                connectString,
                "-c",
                command);
    }

    private static void requireClients() {
        assumeTrue(
                Files.exists(CLIENTS.resolve("complete")),
                "skipped: no clients of other languages in " + CLIENTS + "; bin/install-foreign-clients fetches them");
    }

    private static boolean onPath(String command) {
        for (String place : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(place, command))) {
                return true;
            }
        }
        return false;
    }

    private Path resource(String name) throws IOException {
        try (InputStream in = ForeignClientsTest.class.getResourceAsStream("/foreign/" + name)) {
            Path file = directory.resolve(name);
            Files.write(file, in.readAllBytes());
            return file;
        }
    }

    /** Returns what the command printed, trimmed; fails if it ends with another exit code than 0 or does not end. */
    private String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(ANSWER_MAX_SECONDS, TimeUnit.SECONDS))
                    .as("%s ended; it printed:%n%s", command[0], Files.readString(output, StandardCharsets.UTF_8))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8).strip();
        assertThat(process.exitValue())
                .as("%s printed:%n%s", command[0], printed)
                .isZero();
        return printed;
    }
}
