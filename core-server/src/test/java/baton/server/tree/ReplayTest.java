package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.request.ServerState;
import baton.server.sim.FuzzySnapshot;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A log may be replayed over any state that already has its effects, all of them or some. */
class ReplayTest {
    private static final List<String> NAMES = List.of("/a", "/a/x", "/a/y", "/a/x/q", "/b");

    @Property(tries = 150)
    void replayingATailOverItsOwnResultChangesNothing(@ForAll long seed) {
        SimulatedServer server = new SimulatedServer();
        List<TxnEntry> history = randomHistory(server, new Random(seed));
        Map<String, String> expected = contents(server.state());
        int start = new Random(seed).nextInt(history.size());

        // Everything in the tail has happened already: the most a fuzzy snapshot can know.
        ServerState replayed =
                FuzzySnapshot.of(server.state(), () -> {}).restore(SimulatedServer.TICK_MILLIS, SeededHash.of(1));
        history.subList(start, history.size()).forEach(replayed::replay);

        assertThat(contents(replayed)).isEqualTo(expected);
        assertThat(replayed.tree().position()).isEqualTo(server.state().tree().position());
        assertThat(replayed.tree().nodeCount()).isEqualTo(server.state().tree().nodeCount());
        assertThat(replayed.tree().memoryBytes())
                .isEqualTo(server.state().tree().memoryBytes());
    }

    @Property(tries = 150)
    void aSnapshotTakenDuringWritesLeadsToTheSameTree(@ForAll long seed) {
        SimulatedServer server = new SimulatedServer();
        Random random = new Random(seed);
        SimulatedConnection client = server.client();
        for (int i = 0; i < 30; i++) {
            client.call(request(random));
        }

        FuzzySnapshot snapshot = FuzzySnapshot.of(server.state(), () -> {
            for (int i = random.nextInt(8); i > 0; i--) {
                client.call(request(random));
            }
        });
        ServerState replayed = snapshot.restore(SimulatedServer.TICK_MILLIS, SeededHash.of(1));
        server.history().stream()
                .filter(entry -> entry.zxid() > snapshot.zxid())
                .forEach(replayed::replay);

        assertThat(contents(replayed)).isEqualTo(contents(server.state()));
        assertThat(replayed.tree().position()).isEqualTo(server.state().tree().position());
        assertThat(replayed.tree().memoryBytes())
                .isEqualTo(server.state().tree().memoryBytes());
    }

    private static List<TxnEntry> randomHistory(SimulatedServer server, Random random) {
        SimulatedConnection client = server.client();
        for (int i = 0; i < 80; i++) {
            client.call(request(random));
        }
        return new ArrayList<>(server.history());
    }

    private static Request request(Random random) {
        String path = NAMES.get(random.nextInt(NAMES.size()));
        List<Acl> acl = random.nextInt(3) == 0 ? List.of(new Acl(random.nextInt(4) + 28, "world", "anyone")) : Acl.OPEN;
        Bytes content = Bytes.utf8("v" + random.nextInt(10));
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Request.Create(path, content, acl, CreateMode.PERSISTENT);
            case 2 -> new Request.Create(OpCode.CREATE, path, content, acl, CreateMode.EPHEMERAL.flags());
            case 3 -> new Request.SetData(path, content, -1);
            case 4 -> new Request.SetAcl(path, acl, -1);
            default ->
                new Request.Multi(List.of(
                        new Request.Delete(path, -1), new Request.Create(path, null, acl, CreateMode.CONTAINER)));
        };
    }

    private static Map<String, String> contents(ServerState state) {
        Map<String, String> contents = new LinkedHashMap<>();
        state.tree()
                .snapshot()
                .forEach((node, now) -> contents.put(
                        node.path(),
                        now.stat() + " " + now.content() + " " + now.acl().list()));
        return contents;
    }
}
