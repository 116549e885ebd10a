package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import baton.server.storage.ApacheDirectory;
import baton.server.storage.NodeOutput;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotSource;
import baton.server.txn.TxnEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Apache ZooKeeper makes of a snapshot, taken while lists come and go between any two nodes, what the log alone makes.
 */
class FuzzySnapshotInteropTest {
    private static final List<String> NAMES = List.of("/a", "/a/x", "/a/y", "/a/x/q", "/b", "/c", "/c/x", "/d");
    private static final int LOOKS = 4;

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void apacheReplaysOntoIt(long seed) throws Exception {
        Random random = new Random(seed);
        SimulatedServer server = new SimulatedServer();
        SimulatedConnection client = server.client();
        Path dir = temp.resolve("data");
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(dir))) {
            for (int look = 0; look < LOOKS; look++) {
                change(client, random, 20);
                StateSnapshot source = new StateSnapshot(server.state(), true);
                SnapshotSource disturbed = new Disturbed(source, () -> change(client, random, random.nextInt(12)));
                storage.files().orElseThrow().snapshots().write(disturbed, source.zxid());
            }
            for (TxnEntry each : server.history()) {
                storage.log().append(each);
            }
            storage.log().force();
        }

        ApacheDirectory.Loaded replayed = new ApacheDirectory(dir).load(temp.resolve("theirs"));

        Path plain = temp.resolve("plain");
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(plain))) {
            for (TxnEntry each : server.history()) {
                storage.log().append(each);
            }
        }
        ApacheDirectory.Loaded expected = new ApacheDirectory(plain).load(temp.resolve("expected"));
        assertThat(replayed).isEqualTo(expected);
        assertThat(replayed.digest()).isEqualTo(server.state().tree().position().digest());
    }

    private static void change(SimulatedConnection client, Random random, int count) {
        for (int i = 0; i < count; i++) {
            client.call(request(random));
        }
    }

    private static Request request(Random random) {
        String path = NAMES.get(random.nextInt(NAMES.size()));
        List<Acl> acl = random.nextInt(4) == 0
                ? Acl.OPEN
                : List.of(new Acl(31, "world", "anyone"), numbered(random.nextInt(12)));
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Request.Create(path, Bytes.utf8("v" + random.nextInt(10)), acl, CreateMode.PERSISTENT);
            case 2 -> new Request.Delete(path, -1);
            case 3, 4 -> new Request.SetAcl(path, acl, -1);
            default -> new Request.SetData(path, Bytes.utf8("w" + random.nextInt(10)), -1);
        };
    }

    private static Acl numbered(int number) {
        return new Acl(1, "ip", "10.0.0." + number);
    }

    /** A state in which something happens after each node is read. */
    private record Disturbed(SnapshotSource state, Runnable between) implements SnapshotSource {
        @Override
        public Map<Long, Integer> sessions() {
            return state.sessions();
        }

        @Override
        public Map<Long, List<Acl>> acls() {
            Map<Long, List<Acl>> acls = state.acls();
            between.run();
            return acls;
        }

        @Override
        public void writeNodes(NodeOutput out) {
            state.writeNodes(() -> {
                between.run();
                return out.next();
            });
        }

        @Override
        public Optional<SnapshotDigest> digest() {
            return state.digest();
        }
    }
}
