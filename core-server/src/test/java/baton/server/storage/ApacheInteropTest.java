package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.RawClient;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.persistence.SnapStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One directory, written and read in turn by Apache ZooKeeper 3.9.5 and by us. */
@Timeout(120)
class ApacheInteropTest {
    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";
    private static final List<ACL> OPEN = ZooDefs.Ids.OPEN_ACL_UNSAFE;

    @TempDir
    Path temp;

    private int copies;

    @BeforeAll
    static void allowTtlNodes() {
        System.setProperty(TTL_SWITCH, "true");
    }

    @AfterAll
    static void resetTtlNodes() {
        System.clearProperty(TTL_SWITCH);
    }

    @Test
    void everythingApacheWritesIsRecovered() throws Exception {
        Path dir = temp.resolve("data");
        writeWithApache(dir, "first");

        ModelTree found = recoverSameAsApache(dir, Optional.of("snapshot.0"));

        Set<OpCode> types = found.applied.stream()
                .map(each -> each.header().type())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(OpCode.class)));
        assertThat(types)
                .contains(
                        OpCode.CREATE_SESSION,
                        OpCode.CLOSE_SESSION,
                        OpCode.ERROR,
                        OpCode.CREATE,
                        OpCode.CREATE2,
                        OpCode.CREATE_CONTAINER,
                        OpCode.CREATE_TTL,
                        OpCode.DELETE,
                        OpCode.SET_DATA,
                        OpCode.SET_ACL,
                        OpCode.MULTI);
        assertEquals(1, found.sessions.size(), "the session that was not closed");
        assertThat(found.nodes).containsKey("/first/mine").doesNotContainKey("/first/gone");
    }

    @Test
    void whatApacheDecidesByItselfIsRecovered() throws Exception {
        Path dir = temp.resolve("data");
        Files.createDirectories(dir);
        ZooKeeper client = null;
        try (ApacheServer server = ApacheServer.on(dir, 500)) {
            client = server.connect();
            client.create("/container", null, OPEN, CreateMode.CONTAINER);
            client.create("/container/child", null, OPEN, CreateMode.PERSISTENT);
            client.delete("/container/child", -1);
            // What their own look at containers sends, once a minute.
            try (RawClient reaper = RawClient.withSession(server.port(), 2000)) {
                reaper.send(1, new Request.DeleteContainer("/container"));
                reaper.receiveHeader();
            }
            ZooKeeper watching = client;
            try (RawClient silent = RawClient.withSession(server.port(), 1000)) {
                silent.send(1, new Request.Create(OpCode.CREATE, "/mine", Bytes.EMPTY, Acl.OPEN, 1));
                silent.receiveHeader();
                await().until(() -> watching.exists("/mine", false) == null);
            }
        } finally {
            if (client != null) {
                client.close();
            }
        }

        ModelTree found = recoverSameAsApache(dir, Optional.of("snapshot.0"));

        assertThat(found.applied).anyMatch(each -> each.txn().equals(new Txn.DeleteContainer("/container")));
        assertThat(found.applied).anyMatch(each -> each.txn().equals(new Txn.CloseSession(List.of("/mine"))));
    }

    @ParameterizedTest
    @EnumSource(SnapStream.StreamMode.class)
    void snapshotsOfApacheAreReadInEveryForm(SnapStream.StreamMode mode) throws Exception {
        Path dir = temp.resolve("data");
        writeWithApache(dir, "first");
        new ApacheDirectory(dir).snapshot(mode);

        ModelTree found = recoverSameAsApache(dir, Optional.empty());

        assertThat(found.applied).isEmpty();
    }

    @Test
    void theTornTailOfApacheIsRecovered() throws Exception {
        Path dir = temp.resolve("data");
        writeWithApache(dir, "first");
        ZxidFile log = ZxidFile.logs(Disk.ofSystem(), dir.resolve("version-2")).get(0);
        long dataEnd;
        long lastRecord = 0;
        try (LogScan scan = LogScan.open(Disk.ofSystem(), log.path())) {
            while (scan.next() != null) {
                lastRecord = scan.recordOffset();
            }
            dataEnd = scan.dataEnd();
        }
        byte[] whole = Files.readAllBytes(log.path());
        for (long cut = lastRecord + 1; cut < dataEnd; cut += 9) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, (int) cut, (int) dataEnd, (byte) 0);
            Files.write(log.path(), torn);
            ApacheDirectory.Loaded theirs = load(dir);

            try (Opened opened = open(dir)) {
                assertEquals(theirs.dump(), opened.tree.dump(), "cut at " + cut);
            }
        }
    }

    @Test
    void everythingWeWriteIsLoadedByApache() throws Exception {
        Path dir = temp.resolve("data");
        try (Opened opened = open(dir)) {
            writeAllKinds(opened, "/ours");
        }

        ApacheDirectory.Loaded theirs = load(dir);

        assertThat(theirs.dump()).anyMatch(line -> line.startsWith("'/ours/ttl'"));
        try (Opened opened = open(dir)) {
            assertSame(theirs, opened.tree);
        }
    }

    @ParameterizedTest
    @EnumSource(SnapshotForm.class)
    void ourSnapshotsAreLoadedByApacheInEveryForm(SnapshotForm form) throws Exception {
        Path dir = temp.resolve("data");
        List<String> written;
        try (Opened opened = open(dir, form)) {
            writeAllKinds(opened, "/ours");
            opened.storage.log().roll();
            opened.storage.snapshots().write(opened.tree, opened.tree.lastZxid());
            written = opened.tree.dump();
        }
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), dir.resolve("version-2"))) {
            Files.delete(each.path());
        }
        Files.deleteIfExists(dir.resolve("version-2/" + form.nameOf(0)));

        ApacheDirectory.Loaded theirs = load(dir);

        assertEquals(written, theirs.dump());
        assertEquals(0, theirs.mismatchCount());
    }

    @Test
    void ourSnapshotsAndOurUnfinishedEndsAreLoadedByApache() throws Exception {
        Path dir = temp.resolve("data");
        try (Opened opened = open(dir)) {
            writeAllKinds(opened, "/one");
            opened.storage.log().roll();
            opened.storage.snapshots().write(opened.tree, opened.tree.lastZxid());
            writeAllKinds(opened, "/two");
        }
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), dir.resolve("version-2"));
        byte[] newest = Files.readAllBytes(logs.get(logs.size() - 1).path());
        int end = newest.length;
        while (newest[end - 1] == 0) {
            end--;
        }
        Files.delete(dir.resolve("version-2.ext/watermark"));
        newest[end - 1] = 0;
        newest[end - 9] ^= 1;
        Files.write(logs.get(logs.size() - 1).path(), newest);
        List<String> recovered;
        try (Opened opened = open(dir)) {
            recovered = opened.tree.dump();
        }
        Files.delete(dir.resolve("version-2/snapshot.0"));

        ApacheDirectory.Loaded theirs = load(dir);

        assertEquals(recovered, theirs.dump());
        assertEquals(0, theirs.mismatchCount());
    }

    @Test
    void aServerOfApacheServesWhatWeWrote() throws Exception {
        Path dir = temp.resolve("data");
        try (Opened opened = open(dir)) {
            writeAllKinds(opened, "/ours");
        }

        try (ApacheServer server = new ApacheDirectory(dir).serve()) {
            ZooKeeper client = server.connect();
            Stat stat = new Stat();
            assertArrayEquals("twice".getBytes(StandardCharsets.UTF_8), client.getData("/ours/plain", false, stat));
            assertEquals(1, stat.getVersion());
            assertEquals(
                    ModelTree.Author.SESSION, client.exists("/ours/mine", false).getEphemeralOwner());
            assertNull(client.getData("/ours/nothing", false, null));
            assertNull(client.exists("/ours/failed", false));
            assertNotNull(client.exists("/ours/é", false));
            assertEquals(
                    "/ours/next0000000009", client.create("/ours/next", null, OPEN, CreateMode.PERSISTENT_SEQUENTIAL));
            client.close();
        }
    }

    @Test
    void theDirectoryChangesHandsAgainAndAgain() throws Exception {
        Path dir = temp.resolve("data");
        for (int round = 0; round < 4; round++) {
            try (Opened opened = open(dir)) {
                writeAllKinds(opened, "/ours" + round);
                if (round % 2 == 1) {
                    opened.storage.log().roll();
                    opened.storage.snapshots().write(opened.tree, opened.tree.lastZxid());
                }
            }
            writeWithApache(dir, "theirs" + round);
            recoverSameAsApache(dir, Optional.empty());
        }
    }

    /** Does one of everything a client can do to a tree, and leaves a session open. */
    static void writeWithApache(Path dir, String name) throws Exception {
        Files.createDirectories(dir);
        List<ZooKeeper> clients = new ArrayList<>();
        try (ApacheServer server = new ApacheDirectory(dir).serve()) {
            clients.add(server.connect());
            writeEverything(clients.get(0), "/" + name);
            clients.get(0).close();
            clients.add(server.connect());
            clients.get(1).create("/" + name + "/mine", null, OPEN, CreateMode.EPHEMERAL);
        } finally {
            for (ZooKeeper each : clients) {
                each.close();
            }
        }
    }

    static void writeEverything(ZooKeeper client, String root) throws Exception {
        client.create(root, new byte[] {1}, OPEN, CreateMode.PERSISTENT);
        client.create(root + "/null", null, OPEN, CreateMode.PERSISTENT, new Stat());
        client.create(root + "/empty", new byte[0], OPEN, CreateMode.PERSISTENT);
        client.create(root + "/é漢", "ß".getBytes(StandardCharsets.UTF_8), OPEN, CreateMode.PERSISTENT);
        client.create(root + "/gone", null, OPEN, CreateMode.EPHEMERAL);
        client.create(root + "/container", null, OPEN, CreateMode.CONTAINER);
        client.create(root + "/ttl", null, OPEN, CreateMode.PERSISTENT_WITH_TTL, new Stat(), 1_000_000);
        for (int i = 0; i < 3; i++) {
            client.create(root + "/seq", null, OPEN, CreateMode.PERSISTENT_SEQUENTIAL);
        }
        client.setData(root, new byte[100_000], 0);
        client.setData(root + "/empty", null, -1);
        client.addAuthInfo("digest", "user:secret".getBytes(StandardCharsets.UTF_8));
        client.create(root + "/secret", null, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
        client.setACL(
                root + "/empty",
                Arrays.asList(
                        new ACL(ZooDefs.Perms.READ, new Id("world", "anyone")), new ACL(31, new Id("ip", "10.0.0.1"))),
                0);
        client.delete(root + "/null", 0);
        assertThrows(
                KeeperException.NodeExistsException.class,
                () -> client.create(root, null, OPEN, CreateMode.PERSISTENT));
        assertThrows(KeeperException.BadVersionException.class, () -> client.setData(root, null, 77));
        client.multi(List.of(
                Op.check(root, 1),
                Op.create(root + "/multi", null, OPEN, CreateMode.PERSISTENT),
                Op.setData(root + "/multi", new byte[] {5}, 0),
                Op.delete(root + "/seq0000000006", -1)));
        assertThrows(
                KeeperException.class,
                () -> client.multi(List.of(
                        Op.create(root + "/never", null, OPEN, CreateMode.PERSISTENT),
                        Op.delete(root + "/absent", -1))));
    }

    /** Writes one transaction of every type. */
    static void writeAllKinds(Opened opened, String root) throws StorageException {
        ModelTree.Author author = opened.author;
        List<TxnEntry> entries = new ArrayList<>();
        long other = 0x100000000000002L;
        entries.add(author.openSession());
        entries.add(author.write(author.tree.lastZxid() + 1, other, new Txn.CreateSession(10_000)));
        entries.add(author.create(root, "root"));
        entries.add(author.create(root + "/plain", "once"));
        entries.add(author.set(root + "/plain", "twice"));
        entries.add(author.write(author.creation(root + "/nothing", null, Acl.OPEN, false)));
        entries.add(author.write(author.creation(root + "/mine", Bytes.EMPTY, Acl.OPEN, true)));
        Txn.Create theirs = author.creation(root + "/theirs", Bytes.EMPTY, Acl.OPEN, true);
        entries.add(author.write(author.tree.lastZxid() + 1, other, theirs));
        entries.add(author.write(new Txn.Failed(-101)));
        entries.add(author.write(new Txn.CreateContainer(
                root + "/container", null, Acl.READ_ONLY, author.nextCreation(root + "/container"))));
        entries.add(author.write(
                new Txn.CreateTtl(root + "/ttl", null, Acl.OPEN, author.nextCreation(root + "/ttl"), 5_000_000)));
        List<Acl> restricted = List.of(new Acl(31, "digest", "a:b"), new Acl(1, "world", "anyone"));
        entries.add(author.write(new Txn.Create(
                OpCode.CREATE2, root + "/é", Bytes.utf8("ü"), restricted, false, author.nextCreation(root + "/é"))));
        entries.add(author.write(new Txn.SetAcl(root + "/plain", restricted, 1)));
        entries.add(author.create(root + "/short", "x"));
        entries.add(author.write(new Txn.Delete(root + "/short")));
        entries.add(author.write(new Txn.Multi(List.of(
                author.creation(root + "/multi", null, Acl.OPEN, false),
                new Txn.SetData(root + "/multi", Bytes.utf8("m"), 1),
                new Txn.Check(root, 0)))));
        entries.add(author.write(new Txn.Multi(List.of(
                author.creation(root + "/failed", null, Acl.OPEN, false), new Txn.Failed(-101), new Txn.Failed(-2)))));
        entries.add(author.write(
                new Txn.Reconfig("/zookeeper/config", Bytes.utf8("server.1=a:1:2:participant\nversion=0"), -1)));
        entries.add(author.create(root + "/container/child", ""));
        entries.add(author.write(new Txn.Delete(root + "/container/child")));
        entries.add(author.write(author.tree.lastZxid() + 1, 0, new Txn.DeleteContainer(root + "/container")));
        entries.add(author.write(author.tree.lastZxid() + 1, other, new Txn.CloseSession(List.of(root + "/theirs"))));
        for (TxnEntry each : entries) {
            opened.storage.log().append(each);
            if (each.zxid() % 3 == 0) {
                opened.storage.log().force();
            }
        }
        opened.storage.log().force();
    }

    private ModelTree recoverSameAsApache(Path dir, Optional<String> snapshot) throws IOException {
        ApacheDirectory.Loaded theirs = load(dir);
        try (Opened opened = open(dir)) {
            assertSame(theirs, opened.tree);
            snapshot.ifPresent(name -> assertTrue(
                    opened.storage.recovered().snapshot().orElseThrow().endsWith(name)));
            return opened.tree;
        }
    }

    private static void assertSame(ApacheDirectory.Loaded theirs, ModelTree ours) {
        assertEquals(theirs.dump(), ours.dump());
        assertEquals(theirs.zxid(), ours.lastZxid());
        assertEquals(theirs.digest(), ours.sum());
        assertEquals(0, theirs.mismatchCount());
    }

    private ApacheDirectory.Loaded load(Path dir) throws IOException {
        return new ApacheDirectory(dir).load(temp.resolve("copy" + copies++));
    }

    /** Our storage, with every digest in the log compared on the way. */
    record Opened(FileStorage storage, ModelTree tree, ModelTree.Author author) implements AutoCloseable {
        @Override
        public void close() throws StorageException {
            storage.close();
        }
    }

    static Opened open(Path dir) throws StorageException {
        return open(dir, SnapshotForm.PLAIN);
    }

    private static Opened open(Path dir, SnapshotForm form) throws StorageException {
        ModelTree tree = new ModelTree();
        FileStorage storage = FileStorage.open(
                DataDirectory.open(dir), tree, tree, DigestCheck.REFUSE, LogSettings.withNextLog(4 << 20), form);
        while (storage.nextLog().isWanted()) {
            storage.nextLog().fill();
        }
        return new Opened(storage, tree, new ModelTree.Author(tree));
    }
}
