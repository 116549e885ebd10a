package baton.server.request;

import static baton.server.request.Steps.create;
import static baton.server.request.Steps.delete;
import static baton.server.request.Steps.multi;
import static baton.server.request.Steps.set;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireWriter;
import baton.server.request.Effect.CloseReason;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedConnection.Received;
import baton.server.sim.SimulatedServer;
import baton.server.txn.LogSpace;
import baton.server.txn.LogSpace.Level;
import baton.server.txn.Txn;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the sequencer lets into the log when there is little room. */
class LogRoomTest {
    /** What a record in a log takes beside its entry. */
    private static final int FRAME_BYTES = 13;

    private final SimulatedServer server = new SimulatedServer();
    private final SimulatedConnection client = server.client();
    private int logged;

    @BeforeEach
    void plant() {
        for (String path : List.of("/a", "/b", "/c", "/c/child")) {
            client.done(create(path));
        }
    }

    @Nested
    class OfASpentDisk {
        @Test
        void whatIsRefusedLeavesNoTrace() {
            spent(10_000);

            assertThat(error(set("/a", "v"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(error(set("/absent", ""))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(error(create("/new"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(error(multi(delete("/a"), set("/b", "")))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(error(multi(new Request.Check("/a", 0)))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(error(delete("/absent"))).isEqualTo(ErrorCode.NO_NODE);
            assertThat(error(delete("/c"))).isEqualTo(ErrorCode.NOT_EMPTY);
            assertThat(errors(multi(delete("/a"), delete("/absent"), delete("/b"))))
                    .containsExactly(0, ErrorCode.NO_NODE.code(), ErrorCode.RUNTIME_INCONSISTENCY.code());

            assertThat(server.history()).hasSize(logged);
            assertThat(server.connect(5_000).closed()).isEqualTo(CloseReason.NO_SPACE);
        }

        @Test
        void deletesGoOn() {
            spent(10_000);

            client.done(delete("/a"));
            client.done(multi(new Request.Check("/b", 0), delete("/b")));

            assertThat(server.history()).hasSize(logged + 2);
        }

        @Test
        void noMoreIsLoggedThanFits() {
            int room = 500;
            for (int i = 0; i < 20; i++) {
                client.done(create("/many" + i));
            }
            spent(room);

            for (int i = 0; i < 20; i++) {
                client.send(delete("/many" + i));
            }
            server.settle();

            assertThat(bytesLogged()).isLessThanOrEqualTo(room).isGreaterThan(room - 200);
            assertThat(error(delete("/a"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            client.done(new Request.Exists("/a", false));
        }

        @Test
        void whatWasOnItsWayTakesPartOfTheRoom() {
            client.send(set("/a", "x".repeat(400)));
            long before = server.state().tree().position().zxid();

            server.on(new Event.SpaceChanged(new LogSpace(Level.SPENT, before, 500)));
            assertThat(error(delete("/b"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);

            server.on(new Event.SpaceChanged(new LogSpace(Level.SPENT, before + 1, 500)));
            client.done(delete("/b"));
        }

        @Test
        void sessionsEndWhenThereIsRoomForIt() {
            SimulatedConnection closing = server.client();
            SimulatedConnection vanishing = server.client();
            closing.done(create("/ephemeral", CreateMode.EPHEMERAL));
            vanishing.done(create("/other", CreateMode.EPHEMERAL));
            spent(10);

            int xid = closing.send(Request.CloseSession.INSTANCE);
            server.pass(60_000);
            assertThat(server.history()).hasSize(logged);
            assertThat(closing.received()).noneMatch(each -> each.xid() == xid);

            server.on(new Event.SpaceChanged(new LogSpace(Level.LOW, 0, 10_000)));
            server.settle();
            assertThat(closing.received()).anyMatch(each -> each.xid() == xid && each.error() == 0);
            assertThat(server.state().sessions().size()).isZero();
            assertThat(server.state().tree().ephemerals().count()).isZero();
        }

        @Test
        void nothingVanishesByItself() {
            client.done(create("/container", CreateMode.CONTAINER));
            client.done(create("/container/child"));
            client.done(delete("/container/child"));
            spent(10_000);
            long minute = 60_000;

            server.pass(1);
            server.pass(minute);
            assertThat(server.history().subList(logged, server.history().size()))
                    .noneMatch(each -> each.txn() instanceof Txn.DeleteContainer);

            server.on(new Event.SpaceChanged(LogSpace.UNBOUNDED));
            server.pass(minute);
            assertThat(server.history()).anyMatch(each -> each.txn() instanceof Txn.DeleteContainer);
        }
    }

    /** Rule DP-11. */
    @Test
    void whatGrowsIsRefusedWithoutATraceWhileSpaceIsLow() {
        server.on(new Event.SpaceChanged(new LogSpace(Level.LOW, 0, 10_000)));
        logged = server.history().size();

        assertThat(error(create("/new"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(error(set("/a", "larger"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(error(multi(delete("/a"), create("/new")))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(server.history()).hasSize(logged);

        client.done(set("/a", ""));
        client.done(delete("/a"));
        assertThat(server.history()).hasSize(logged + 2);
    }

    @Nested
    class OfADiskWithSpace {
        @Test
        void requestsWaitOutsideWhileAsMuchIsOnItsWayAsTheReserveTakes() {
            server.on(new Event.SpaceChanged(new LogSpace(Level.AMPLE, 0, 300)));
            assertThat(server.isSaturated()).isFalse();

            client.send(set("/a", "x".repeat(300)));
            assertThat(server.isSaturated()).isTrue();

            server.settle();
            assertThat(server.isSaturated()).isFalse();
        }

        @Test
        void manySessionsEndByAndBy() {
            for (int i = 0; i < 50; i++) {
                server.client();
            }
            server.on(new Event.SpaceChanged(new LogSpace(Level.AMPLE, 0, 1_000)));
            logged = server.history().size();

            server.pass(60_000);
            assertThat(bytesLogged()).isBetween(900, 1_200);

            server.settle();
            assertThat(server.state().sessions().size()).isZero();
        }
    }

    private void spent(int bytes) {
        server.on(new Event.SpaceChanged(
                new LogSpace(Level.SPENT, server.state().tree().position().zxid(), bytes)));
        logged = server.history().size();
    }

    private int bytesLogged() {
        int bytes = 0;
        for (TxnEntry each : server.history().subList(logged, server.history().size())) {
            WireWriter writer = new WireWriter();
            TxnCodec.write(writer, each);
            bytes += FRAME_BYTES + writer.size();
        }
        return bytes;
    }

    private ErrorCode error(Request request) {
        Received answer = client.call(request);
        return ErrorCode.find(answer.error());
    }

    private List<Integer> errors(Request.Multi request) {
        Response.Multi answer = (Response.Multi) client.done(request);
        return answer.results().stream()
                .map(each -> ((MultiResult.Failed) each).error())
                .toList();
    }
}
