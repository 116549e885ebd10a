package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.ServerProcess;
import baton.protocol.Acl;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.runtime.OpenStorage;
import baton.server.storage.Disk;
import baton.server.storage.Repair;
import baton.server.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code digest.enabled=false}: an Apache ZooKeeper that was told so cannot read a snapshot that holds a digest. */
@Timeout(120)
class DigestsOffTest {
    private static final int NODES = 40;

    @TempDir
    Path directory;

    @Test
    void apacheWithoutDigestsReadsWhatWeWriteWithoutThemAndWeReadWhatItWrites() throws Exception {
        StorageSettings.Files usual = StorageSettings.Files.in(directory);
        ServerSettings settings = ServerSettings.inMemory()
                .withFeatures(FeatureSettings.DEFAULT.withoutDigests())
                .withStorage(new StorageSettings.Files(
                        directory,
                        directory,
                        usual.log(),
                        new StorageSettings.Snapshots(10, 0, StorageSettings.Packing.NONE),
                        usual.purge(),
                        usual.reserveBytes()));
        try (BatonServer server = BatonServer.start(settings);
                ApacheClient client = new ApacheClient(server.connectString(), 10_000)) {
            create(client, "/ours");
            // After each it rests; then the next change has one taken.
            await().until(() -> {
                client.zk.setData("/ours", null, -1);
                return snapshots() > 2;
            });
        }

        List<String> lines = List.of("digest.enabled=false");
        try (ServerProcess apache = ServerProcess.apache(directory, lines);
                ApacheClient client = new ApacheClient(apache.connectString(), 10_000)) {
            assertThat(client.zk.getChildren("/ours", false)).hasSize(NODES);
            create(client, "/theirs");
            apache.stop();
        }

        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory));
                ApacheClient client = new ApacheClient(server.connectString(), 10_000)) {
            assertThat(client.zk.getChildren("/ours", false)).hasSize(NODES);
            assertThat(client.zk.getChildren("/theirs", false)).hasSize(NODES);
        }
    }

    /** A create with the flags of a container, which no client of Apache's sends, makes a plain node, and the digest of another. */
    @Test
    void aLogWithADigestThatApacheGotWrongIsOpenedIfALaterOneIsRight() throws Exception {
        withApache(client -> {
            create(client, "/plain", CreateMode.CONTAINER.toFlag());
            create(client, "/later", 0);
        });
        ServerSettings settings = ServerSettings.inDirectory(directory);

        assertThat(refusal(settings)).isEmpty();
        assertThatItServes(settings, "/plain", "/later");
    }

    @Test
    void aLogWithADigestThatApacheGotWrongAtItsEndIsOpenedWithoutThem() throws Exception {
        withApache(client -> {
            create(client, "/earlier", 0);
            create(client, "/plain", CreateMode.CONTAINER.toFlag());
        });
        ServerSettings settings = ServerSettings.inDirectory(directory);

        assertThatThrownBy(() -> BatonServer.start(settings).close())
                .hasMessageContaining("but it must be")
                .hasMessageContaining("digest.enabled=false");
        ServerSettings withoutDigests = settings.withFeatures(FeatureSettings.DEFAULT.withoutDigests());
        assertThat(refusal(settings)).isPresent();
        assertThat(refusal(withoutDigests)).isEmpty();
        assertThatItServes(withoutDigests, "/earlier", "/plain");
    }

    private interface Load {
        void on(RawClient client) throws IOException;
    }

    /** Stops the server before the client ends its session. */
    private void withApache(Load load) throws Exception {
        try (ServerProcess apache = ServerProcess.apache(directory, List.of());
                RawClient client = RawClient.withSession(portOf(apache), 10_000)) {
            load.on(client);
            apache.stop();
        }
    }

    private static void create(RawClient client, String path, int flags) throws IOException {
        client.send(1, new Request.Create(OpCode.CREATE, path, null, Acl.OPEN, flags));
        client.receiveHeader();
    }

    private static void assertThatItServes(ServerSettings settings, String... paths) throws Exception {
        try (BatonServer server = BatonServer.start(settings);
                ApacheClient client = new ApacheClient(server.connectString(), 10_000)) {
            for (String each : paths) {
                assertThat(client.zk.exists(each, false)).describedAs(each).isNotNull();
            }
        }
    }

    /** What a repair would find. */
    private static Optional<StorageException> refusal(ServerSettings settings) throws StorageException {
        try (Repair repair = OpenStorage.repair(settings, Disk.ofSystem())) {
            return repair.refusal();
        }
    }

    private static int portOf(ServerProcess server) {
        return Integer.parseInt(server.connectString().replaceFirst(".*:", ""));
    }

    private static void create(ApacheClient client, String parent) throws Exception {
        client.zk.create(parent, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (int i = 0; i < NODES; i++) {
            client.zk.create(parent + "/" + i, new byte[i], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    private long snapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("version-2"))) {
            return files.filter(each -> each.getFileName().toString().startsWith("snapshot."))
                    .count();
        }
    }
}
