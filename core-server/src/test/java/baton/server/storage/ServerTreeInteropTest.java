package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.request.ServerState;
import baton.server.runtime.OpenStorage;
import baton.server.tree.NodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's own tree, filled from what Apache ZooKeeper wrote, and read by it again; every digest must agree. */
@Timeout(120)
class ServerTreeInteropTest {
    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";

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

    @Test
    void theTreeOfTheServerIsTheTreeOfApache() throws Exception {
        Path dir = temp.resolve("data");
        ApacheInteropTest.writeWithApache(dir, "first");
        ApacheInteropTest.writeWithApache(dir, "second");
        ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy"));

        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            assertEquals(theirs.dump(), dump(storage.state()));
            assertEquals(theirs.zxid(), storage.state().tree().position().zxid());
            assertEquals(theirs.digest(), storage.state().tree().position().digest());
        }
    }

    @Test
    void apacheLoadsTheSnapshotOfTheServersTree() throws Exception {
        Path dir = temp.resolve("data");
        ApacheInteropTest.writeWithApache(dir, "first");
        Path version = dir.resolve("version-2");
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), version)) {
            Files.delete(each.path());
        }
        List<String> ours;
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            ours = dump(storage.state());
        }
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), version)) {
            Files.delete(each.path());
        }

        ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy"));

        assertEquals(ours, theirs.dump());
        assertEquals(0, theirs.mismatchCount());
    }

    @Test
    void snapshotsThatApacheTookUnderLoadAreMadeWhole() throws Exception {
        Path dir = temp.resolve("data");
        Files.createDirectories(dir);
        List<ZooKeeper> clients = new ArrayList<>();
        try (ApacheServer server = new ApacheDirectory(dir).serve()) {
            for (int i = 0; i < 4; i++) {
                clients.add(server.connect());
            }
            Churn churn = new Churn(clients, 11);
            for (int round = 0; round < 12; round++) {
                churn.send(400);
                server.snapshot();
            }
            churn.send(200);
            churn.await();
        } finally {
            for (ZooKeeper each : clients) {
                each.close();
            }
        }
        Path version = dir.resolve("version-2");
        List<ZxidFile> snapshots = ZxidFile.snapshots(Disk.ofSystem(), version);
        assertThat(snapshots).hasSizeGreaterThan(6);
        Path fromTheBeginning = temp.resolve("beginning");
        new ApacheDirectory(dir).copyTo(fromTheBeginning);
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), fromTheBeginning.resolve("version-2"))) {
            Files.delete(each.path());
        }
        List<String> expected;
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(fromTheBeginning))) {
            expected = dump(storage.state());
        }

        // Each in turn is the newest: what is in it, and the log behind it, must come out the same.
        for (int i = snapshots.size() - 1; i > 0; i--) {
            assertThat(beginningOf(dir)).isEqualTo(snapshots.get(i).path());
            try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
                assertEquals(expected, dump(storage.state()), "from " + snapshots.get(i));
            }
            Files.deleteIfExists(snapshots.get(i).path());
        }
    }

    @Test
    void aSnapshotThatApacheTookWithinATransactionIsMadeWhole() throws Exception {
        Path dir = temp.resolve("data");
        ApacheInteropTest.writeWithApache(dir, "first");
        List<ZooKeeper> clients = new ArrayList<>();
        try (ApacheServer server = new ApacheDirectory(dir).serve()) {
            clients.add(server.connect());
            for (String each : List.of("a", "b", "c")) {
                clients.get(0).setData("/first", each.getBytes(StandardCharsets.UTF_8), -1);
            }
        } finally {
            for (ZooKeeper each : clients) {
                each.close();
            }
        }
        ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy"));
        Path within = new ApacheDirectory(dir).snapshotWithinTheLastTransaction(temp.resolve("other"));
        keepOnly(within, dir.resolve("version-2"));

        assertThat(beginningOf(dir)).isEqualTo(within);
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            assertEquals(theirs.dump(), dump(storage.state()));
            assertEquals(theirs.digest(), storage.state().tree().position().digest());
        }
        assertEquals(1, new ApacheDirectory(dir).load(temp.resolve("again")).mismatchCount(), "what Apache says of it");
    }

    /** Leaves the snapshot, and of the logs the newest, as if everything else had been purged. */
    private static void keepOnly(Path snapshot, Path version) throws Exception {
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), version);
        for (ZxidFile each : logs.subList(0, logs.size() - 1)) {
            Files.delete(each.path());
        }
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), version)) {
            if (!each.path().equals(snapshot)) {
                Files.delete(each.path());
            }
        }
    }

    /** Whoever may write below {@code /zookeeper} could otherwise make a log of which Apache ZooKeeper dies at every start. */
    @Test
    void apacheLoadsWhateverClientsDidToQuotas() throws Exception {
        Path dir = temp.resolve("data");
        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(dir));
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            for (String each : List.of(
                    "/a",
                    "/zookeeper/quota/a",
                    "/zookeeper/quota/a/zookeeper_limits",
                    "/zookeeper/quota/a/zookeeper_stats",
                    "/zookeeper/y",
                    "/zookeeper/quota/zookeeper_stats",
                    "/zookeeper/quota/zookeeper_limitsX")) {
                assertThat(answer(client, create(each))).as(each).isZero();
            }
            for (String each : List.of(
                    "/zookeeper/zookeeper_limits",
                    "/zookeeper/y/zookeeper_limits",
                    "/zookeeper/quota/zookeeper_limits",
                    "/zookeeper/quota/zookeeper_limitsX/zookeeper_limits")) {
                answer(client, create(each));
                answer(client, new Request.Delete(each, -1));
                answer(client, create(each));
            }
            answer(client, new Request.SetData("/zookeeper/quota/a/zookeeper_stats", Bytes.utf8("no account"), -1));
            assertThat(answer(client, create("/a/b"))).isZero();
        }

        ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy"));

        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            assertEquals(theirs.dump(), dump(storage.state()));
        }
        // From the snapshot that this start has taken.
        assertEquals(
                theirs.dump(),
                new ApacheDirectory(dir).load(temp.resolve("again")).dump());
    }

    private static Request create(String path) {
        return new Request.Create(OpCode.CREATE, path, null, Acl.OPEN, 0);
    }

    private static int answer(RawClient client, Request request) throws IOException {
        client.send(1, request);
        return client.receiveHeader().error();
    }

    @Test
    void bothServersTakeTurnsOnOneDirectory() throws Exception {
        Path dir = temp.resolve("data");
        Files.createDirectories(dir);
        for (int turn = 0; turn < 6; turn++) {
            ServerSettings settings = ServerSettings.inDirectory(dir);
            if (turn % 2 == 0) {
                try (ApacheServer server = new ApacheDirectory(dir).serve()) {
                    load(turn, server.port());
                    server.snapshot();
                    load(turn + 100, server.port());
                }
            } else {
                StorageSettings.Files files = (StorageSettings.Files) settings.storage();
                StorageSettings.Packing packing = StorageSettings.Packing.values()[turn % 3];
                try (BatonServer server = BatonServer.start(
                        settings.withStorage(files.withSnapshots(new StorageSettings.Snapshots(50, 0, packing))))) {
                    load(turn, server.port());
                }
            }
            ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy" + turn));
            Path copy = temp.resolve("ours" + turn);
            new ApacheDirectory(dir).load(copy);
            try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(copy))) {
                assertEquals(theirs.dump(), dump(storage.state()), "turn " + turn);
                assertEquals(0, theirs.mismatchCount(), "turn " + turn);
            }
        }
    }

    private static Path beginningOf(Path dir) throws StorageException {
        ModelTree tree = new ModelTree();
        try (FileStorage storage = FileStorage.open(
                DataDirectory.open(dir),
                tree,
                tree,
                DigestCheck.REFUSE,
                LogSettings.withNextLog(0),
                SnapshotForm.PLAIN)) {
            return storage.recovered().snapshot().orElseThrow();
        }
    }

    private static void load(int seed, int port) throws Exception {
        List<ZooKeeper> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                clients.add(ApacheServer.connect(port));
            }
            Churn churn = new Churn(clients, seed);
            churn.send(300);
            churn.await();
        } finally {
            for (ZooKeeper each : clients) {
                each.close();
            }
        }
    }

    /** The state in the lines of {@link ModelTree#dump()}. */
    static List<String> dump(ServerState state) {
        TreeMap<String, String> nodes = new TreeMap<>();
        state.tree().snapshot().forEach((node, each) -> {
            String path = node.isRoot() ? "" : node.path();
            nodes.put(path, line(path, each));
        });
        List<String> lines = new ArrayList<>(nodes.values());
        new TreeMap<>(state.sessions().timeoutsMillis())
                .forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        return lines;
    }

    private static String line(String path, NodeState state) {
        return ModelTree.line(
                path,
                state.content() == null ? "null" : state.content().hex(),
                state.acl().list().stream().map(Acl::toString).toList(),
                state.czxid(),
                state.mzxid(),
                state.ctime(),
                state.mtime(),
                state.version(),
                state.creations(),
                state.aversion(),
                state.owner(),
                state.pzxid());
    }
}
