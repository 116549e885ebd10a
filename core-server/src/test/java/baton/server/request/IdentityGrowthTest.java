package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.server.auth.Identity;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody lets the tree grow faster than one identity may, over whatever connections. */
class IdentityGrowthTest {
    private static final Identity ALICE = new Identity("digest", "alice:x");
    private static final Identity BOB = new Identity("digest", "bob:x");

    private final SimulatedServer server = new SimulatedServer(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS)
            .withBounds(SequencerBounds.DEFAULT.with(new GrowthBudget(3, 1_000))));

    private int created;

    private SimulatedConnection client(Identity... identities) {
        return server.client().as(List.of(identities));
    }

    private Request.Create create(int bytes) {
        return new Request.Create(
                OpCode.CREATE, "/n" + created++, Bytes.wrap(new byte[bytes]), Acl.OPEN, CreateMode.PERSISTENT.flags());
    }

    private static Request.SetData set(String path, int bytes) {
        return new Request.SetData(path, Bytes.wrap(new byte[bytes]), -1);
    }

    @Test
    void aListOfRightsIsPaidForWhenItIsNew() {
        SimulatedConnection one = client(ALICE);
        SimulatedConnection bob = client(BOB);
        List<Acl> list = IntStream.range(0, 9)
                .mapToObj(i -> new Acl(Permission.ALL, "ip", "10.0.0." + i))
                .toList();

        assertThat(bob.error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(one.error(new Request.Create("/a", Bytes.EMPTY, list, CreateMode.PERSISTENT)))
                .isEqualTo(ErrorCode.OK);
        assertThat(bob.error(new Request.Create("/b", Bytes.EMPTY, list, CreateMode.PERSISTENT)))
                .isEqualTo(ErrorCode.OK);

        assertThat(one.error(create(0))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(bob.error(create(0))).as("it was there").isEqualTo(ErrorCode.OK);
    }

    @Test
    void allConnectionsOfAnIdentityShareWhatItMayMake() {
        SimulatedConnection one = client(ALICE);
        SimulatedConnection other = client(ALICE);
        SimulatedConnection bob = client(BOB);
        int entries = server.history().size();

        assertThat(one.error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(other.error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(one.error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(other.error(create(0))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(bob.error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(server.history()).describedAs("a refusal is not logged").hasSize(entries + 4);

        server.pass(20_000);

        assertThat(client(ALICE).error(create(0))).isEqualTo(ErrorCode.OK);
        assertThat(client(ALICE).error(create(0))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void whoHasSeveralIdentitiesPaysWithAll() {
        Identity address = new Identity("ip", "10.0.0.1");
        for (int i = 0; i < 3; i++) {
            Identity invented = new Identity("digest", i + ":x");
            assertThat(client(address, invented).error(create(0))).isEqualTo(ErrorCode.OK);
        }

        assertThat(client(address, new Identity("digest", "another:x")).error(create(0)))
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void dataCountsAsMuchAsItGrows() {
        SimulatedConnection alice = client(ALICE);

        assertThat(alice.error(create(500))).isEqualTo(ErrorCode.OK);
        assertThat(alice.error(set("/n0", 100))).isEqualTo(ErrorCode.OK);
        assertThat(alice.error(set("/n0", 700))).isEqualTo(ErrorCode.OK);

        assertThat(alice.error(set("/n0", 701))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(alice.error(set("/n0", 700))).isEqualTo(ErrorCode.OK);
        assertThat(alice.error(new Request.Delete("/n0", -1))).isEqualTo(ErrorCode.OK);
    }

    @Test
    void whatWasRefusedLeavesNoTraceInTheTree() {
        SimulatedConnection alice = client(ALICE);
        for (int i = 0; i < 3; i++) {
            alice.error(create(0));
        }

        assertThat(alice.error(new Request.Multi(List.of(create(0), create(0)))))
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);

        assertThat(alice.error(new Request.Exists("/n3", false))).isEqualTo(ErrorCode.NO_NODE);
        assertThat(client(BOB).error(new Request.Multi(List.of(new Request.Delete("/n0", -1)))))
                .isEqualTo(ErrorCode.OK);
    }

    @Test
    void aSuperUserIsNotBound() {
        SimulatedConnection root = client(ALICE, new Identity(Identity.SUPER, ""));

        for (int i = 0; i < 10; i++) {
            assertThat(root.error(create(0))).isEqualTo(ErrorCode.OK);
        }
    }
}
