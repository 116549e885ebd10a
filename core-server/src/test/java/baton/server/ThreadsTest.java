package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.AdminSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/threads.md} says about threads is so. */
class ThreadsTest {
    private static final Pattern ROW = Pattern.compile("^\\| `(baton-[a-zA-Z-]+)`", Pattern.MULTILINE);
    private static final Set<String> NOT_ALL_THE_TIME =
            Set.of("baton-ahead", "baton-last-words", "baton-lookup", "baton-stop", "baton-restore");

    @TempDir
    Path directory;

    @BeforeEach
    void awaitTheEndOfEarlierServers() {
        await().atMost(Duration.ofSeconds(20)).until(() -> running().isEmpty());
    }

    @Test
    void theTableNamesExactlyTheThreadsOfARunningServer() throws Exception {
        Set<String> documented = documented();
        documented.removeAll(NOT_ALL_THE_TIME);
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        ServerSettings settings = ServerSettings.inDirectory(directory)
                .withLimits(LimitSettings.DEFAULT.withEventLoops(2))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withSecure(new SecurePort(
                        ListenAddress.EPHEMERAL,
                        false,
                        TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)));

        try (BatonServer server = BatonServer.start(settings);
                RawClient first = RawClient.withSession(server.port(), 10_000);
                RawClient second = RawClient.withSession(server.port(), 10_000)) {
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/stats"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(running()).isEqualTo(documented);
        }
        // A loop says that it has ended in its last breath.
        await().atMost(Duration.ofSeconds(20)).until(() -> running().isEmpty());
    }

    @Test
    void aServerInMemoryWithASingleLoopHasOneThread() throws Exception {
        try (BatonServer server = BatonServer.start(
                        ServerSettings.inMemory().withLimits(LimitSettings.DEFAULT.withEventLoops(1)));
                RawClient client = RawClient.withSession(server.port(), 10_000)) {
            assertThat(running()).containsExactly("baton-loop-N");
        }
    }

    @Test
    void whatHasMuchToTellIsWorkedOutBesideTheLoop() throws Exception {
        try (BatonServer server = BatonServer.start(
                        ServerSettings.inMemory().withLimits(LimitSettings.DEFAULT.withEventLoops(1)));
                RawClient client = new RawClient(server.port())) {
            client.send("stat");

            assertThat(client.receiveAll()).contains("Clients:");
            assertThat(running()).containsExactlyInAnyOrder("baton-loop-N", "baton-report-N");
        }
    }

    @Test
    void anIdleServerTakesNoProcessorTime() throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory));
                RawClient client = RawClient.withSession(server.port(), 40_000)) {
            long[] before = {System.nanoTime(), processorNanos(threads)};
            // One second of less than one per cent is enough: what start-up left to do may take some of the first.
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        long[] now = {System.nanoTime(), processorNanos(threads)};
                        boolean idle = (now[1] - before[1]) * 100 < now[0] - before[0];
                        System.arraycopy(now, 0, before, 0, 2);
                        return idle;
                    });
        }
    }

    private static long processorNanos(ThreadMXBean threads) {
        return serverThreads().stream()
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getId()))
                .filter(nanos -> nanos > 0)
                .sum();
    }

    private static Set<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("baton-"))
                .collect(Collectors.toSet());
    }

    private static Set<String> running() {
        return serverThreads().stream()
                .map(thread -> thread.getName().replaceFirst("-\\d+$", "-N"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "threads.md"));
        Matcher rows = ROW.matcher(page);
        Set<String> names = new TreeSet<>();
        while (rows.find()) {
            names.add(rows.group(1));
        }
        return names;
    }
}
