package baton.server.request;

import static baton.server.request.Steps.create;
import static baton.server.request.Steps.delete;
import static baton.server.request.Steps.multi;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedConnection.Received;
import baton.server.sim.SimulatedServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule LIM-8: what a session owns has a bound, and who comes to it leaves no trace. */
class EphemeralChecksTest {
    private static final int COUNT_MAX = 2;
    private static final int BYTES_MAX = 300;

    private final SimulatedServer server = new SimulatedServer(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS)
            .withBounds(SequencerBounds.DEFAULT.with(9, COUNT_MAX, BYTES_MAX)));
    private final SimulatedConnection client = server.client();

    private static Request.Create ephemeral(String path) {
        return create(path, CreateMode.EPHEMERAL);
    }

    private long zxid() {
        return server.state().tree().position().zxid();
    }

    private List<MultiResult> results(Request.MultiOp... ops) {
        return ((Response.Multi) client.done(multi(ops))).results();
    }

    @Test
    void aNodeTooManyIsRefusedInItsPlaceAndUsesNoZxid() {
        long before = zxid();

        for (String path : List.of("/a", "/b", "/c")) {
            client.send(ephemeral(path));
        }
        client.send(create("/kept"));
        assertThat(client.received()).isEmpty();
        server.settle();

        assertThat(client.received())
                .extracting(Received::error)
                .containsExactly(0, 0, ErrorCode.QUOTA_EXCEEDED.code(), 0);
        assertThat(client.received())
                .extracting(Received::zxid)
                .containsExactly(before + 1, before + 2, before + 2, before + 3);
        assertThat(server.history()).hasSize((int) zxid());
    }

    @Test
    void namesTooLongInAllAreRefusedLikewise() {
        client.done(ephemeral("/" + "a".repeat(BYTES_MAX - 100)));
        long before = zxid();

        Received refused = client.call(ephemeral("/" + "b".repeat(100)));

        assertThat(refused.error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        assertThat(refused.zxid()).isEqualTo(before);
        assertThat(server.history()).hasSize((int) before);
        client.done(ephemeral("/b"));
    }

    @Test
    void aMultiWithOneTooManyIsRefusedAsAWholeAndTakenBack() {
        client.done(ephemeral("/a"));
        long before = zxid();

        assertThat(results(create("/kept"), ephemeral("/b"), ephemeral("/c"), create("/more")))
                .containsExactly(
                        new MultiResult.Failed(0),
                        new MultiResult.Failed(0),
                        new MultiResult.Failed(ErrorCode.QUOTA_EXCEEDED),
                        new MultiResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY));

        assertThat(server.history()).hasSize((int) before);
        assertThat(results(create("/kept"), ephemeral("/b"))).hasOnlyElementsOfType(MultiResult.Done.class);
        assertThat(zxid()).isEqualTo(before + 1);
        assertThat(client.error(ephemeral("/c"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void whatIsRefusedForAnotherReasonUsesAZxidAsEver() {
        client.done(ephemeral("/a"));
        client.done(ephemeral("/b"));
        assertThat(client.error(ephemeral("/c"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        long before = zxid();

        assertThat(client.error(ephemeral("/a"))).isEqualTo(ErrorCode.NODE_EXISTS);
        assertThat(client.error(delete("/c"))).isEqualTo(ErrorCode.NO_NODE);
        assertThat(results(delete("/a"), delete("/c"), ephemeral("/c"), ephemeral("/d")))
                .contains(new MultiResult.Failed(ErrorCode.NO_NODE));

        assertThat(zxid()).isEqualTo(before + 3);
    }
}
