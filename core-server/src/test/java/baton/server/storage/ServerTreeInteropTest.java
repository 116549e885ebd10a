package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.OpenStorage;
import baton.server.tree.NodeState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
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

    private static List<String> dump(ServerState state) {
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
