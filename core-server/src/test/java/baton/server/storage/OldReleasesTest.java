package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.LoopbackPort;
import baton.server.config.ServerSettings;
import baton.server.runtime.OpenStorage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories of the releases from 3.5 to 3.8, written by their own servers in processes of their own, opened by us, and
 * opened by them again. Their jars are fetched with {@code -Dsoak}; half a minute.
 */
@Tag("soak")
@Timeout(180)
class OldReleasesTest {
    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";
    private static final Path JARS = Path.of("target", "old-releases");

    @TempDir
    Path temp;

    @BeforeAll
    static void allowTtlNodes() {
        System.setProperty(TTL_SWITCH, "true");
    }

    @AfterAll
    static void resetTtlNodes() {
        System.clearProperty(TTL_SWITCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.5.10", "3.6.4", "3.7.2", "3.8.4"})
    void aDirectoryGoesToUsAndBack(String release) throws Exception {
        assumeTrue(Files.exists(jar("zookeeper", release)), "jars of old releases are fetched with -Dsoak");
        Path dir = temp.resolve("data");
        try (OldServer server = new OldServer(release, dir)) {
            ZooKeeper client = server.connect();
            ApacheInteropTest.writeEverything(client, "/theirs");
            client.close();
            server.connect().create("/theirs/mine", null, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        }
        assertThat(ZxidFile.snapshots(Disk.ofSystem(), dir.resolve("version-2")))
                .hasSizeGreaterThan(1);
        ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy"));

        // Once with everything compared on the way, once as the server does it.
        List<String> ours;
        try (ApacheInteropTest.Opened opened = ApacheInteropTest.open(dir)) {
            assertEquals(theirs.dump(), opened.tree().dump());
            assertEquals(theirs.zxid(), opened.tree().lastZxid());
            assertEquals(theirs.digest(), opened.tree().sum());
            ApacheInteropTest.writeAllKinds(opened, "/ours");
            opened.storage().log().roll();
            opened.storage().snapshots().write(opened.tree(), opened.tree().lastZxid());
            ApacheInteropTest.writeAllKinds(opened, "/more");
            ours = opened.tree().dump();
        }
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            assertThat(storage.state().tree().find("/theirs/mine")).isNotNull();
        }

        try (OldServer server = new OldServer(release, dir)) {
            ZooKeeper client = server.connect();
            client.addAuthInfo("digest", "user:secret".getBytes(StandardCharsets.UTF_8));
            assertArrayEquals("twice".getBytes(StandardCharsets.UTF_8), client.getData("/ours/plain", false, null));
            assertArrayEquals("twice".getBytes(StandardCharsets.UTF_8), client.getData("/more/plain", false, null));
            for (String line : ours) {
                if (line.startsWith("'/")) {
                    String path = line.substring(1, line.indexOf('\'', 1));
                    assertThat(client.exists(path, false)).describedAs(path).isNotNull();
                }
            }
        }
    }

    private static Path jar(String name, String release) {
        return JARS.resolve(name + "-" + release + ".jar");
    }

    /** A server of the release, killed when closed. */
    private static final class OldServer implements AutoCloseable {
        private final LoopbackPort port = LoopbackPort.claim();
        private final Process process;
        private final List<ZooKeeper> clients = new ArrayList<>();

        OldServer(String release, Path dir) throws IOException {
            Path config = Files.write(
                    Files.createDirectories(dir).resolveSibling("zoo.cfg"),
                    List.of(
                            "dataDir=" + dir,
                            "clientPortAddress=127.0.0.1",
                            "clientPort=" + port.number(),
                            "tickTime=2000",
                            "admin.enableServer=false"));
            String libraries = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(each -> each.endsWith(".jar") && !each.contains("zookeeper"))
                    .collect(Collectors.joining(File.pathSeparator));
            String classPath = String.join(
                    File.pathSeparator,
                    jar("zookeeper", release).toString(),
                    jar("zookeeper-jute", release).toString(),
                    libraries);
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Dzookeeper.jmx.log4j.disable=true",
                            "-D" + TTL_SWITCH + "=true",
                            "-Dzookeeper.snapCount=10",
                            "-cp",
                            classPath,
                            "org.apache.zookeeper.server.ZooKeeperServerMain",
                            config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            dir.resolveSibling("old-" + release + ".log").toFile())
                    .start();
        }

        ZooKeeper connect() throws IOException, InterruptedException {
            ZooKeeper client = ApacheServer.connect(port.number());
            clients.add(client);
            return client;
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
            for (ZooKeeper each : clients) {
                each.close();
            }
            port.close();
        }
    }
}
