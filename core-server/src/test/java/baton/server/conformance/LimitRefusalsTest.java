package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.IdentitySettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is beyond a limit can be seen in the metrics, under the limit's name. */
@Timeout(60)
class LimitRefusalsTest {
    private static final int LIST_BYTES_MAX = 2_000;
    private static final int SESSIONS_MAX = 3;
    private static final int OPENINGS_AT_ONCE = 5;
    private static final ConnectRequest NEW_SESSION =
            new ConnectRequest(0, 60_000, 0, ConnectRequest.NO_PASSWORD, false);

    private BatonServer server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        LimitSettings usual = LimitSettings.DEFAULT;
        LimitSettings narrow = new LimitSettings(
                usual.frameBytesMax(),
                LIST_BYTES_MAX,
                usual.connections(),
                1,
                usual.transport(),
                FlowSettings.DEFAULT.withOutboundStallMillis(200),
                new HoldingSettings(SESSIONS_MAX, 2, 2, 10, OPENINGS_AT_ONCE, 100_000, 1),
                IdentitySettings.UNBOUNDED);
        server = BatonServer.start(
                ServerSettings.inMemory().withLimits(narrow).withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
        client = RawClient.withSession(server.port(), 60_000);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    private double refused(String limit) throws Exception {
        MetricsPage page = MetricsPage.at(server.adminPort());
        assertThat(page.types()).containsEntry("baton_limit_refusals_total", "counter");
        return page.samples().get("baton_limit_refusals_total{limit=\"" + limit + "\"}");
    }

    @Test
    void sessionsBeyondTheirNumberAndTheirRate() throws Exception {
        for (int i = 1; i < SESSIONS_MAX; i++) {
            RawClient.withSession(server.port(), 60_000).close();
        }
        assertTurnedAway();
        assertThat(refused("sessions")).isEqualTo(1);
        assertThat(refused("openings")).isZero();

        client.send(1, Request.CloseSession.INSTANCE);
        assertThat(client.receiveHeader().isOk()).isTrue();
        for (int i = SESSIONS_MAX; i < OPENINGS_AT_ONCE; i++) {
            try (RawClient another = RawClient.withSession(server.port(), 60_000)) {
                another.send(1, Request.CloseSession.INSTANCE);
                assertThat(another.receiveHeader().isOk()).isTrue();
            }
        }
        assertTurnedAway();
        assertThat(refused("openings")).isEqualTo(1);
    }

    private void assertTurnedAway() throws Exception {
        try (RawClient late = new RawClient(server.port())) {
            assertThatThrownBy(() -> late.connect(NEW_SESSION)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void framesThatAreTooLong() throws Exception {
        try (RawClient large = new RawClient(server.port())) {
            large.send(new byte[] {0x7f, 0, 0, 0});
            assertThat(large.isCutOff()).isTrue();
        }

        assertThat(refused("frames")).isEqualTo(1);
    }

    @Test
    void holdingsAndLists() throws Exception {
        for (int i = 0; i < 3; i++) {
            client.send(i, new Request.Exists("/watched" + i, true));
            assertThat(client.receiveHeader().error())
                    .isEqualTo(i < 2 ? ErrorCode.NO_NODE.code() : ErrorCode.QUOTA_EXCEEDED.code());
        }
        for (int i = 0; i < 3; i++) {
            client.send(i, new Request.Create("/e" + i, Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL));
            assertThat(client.receiveHeader().isOk()).isEqualTo(i < 2);
        }
        assertThat(refused("holdings")).isEqualTo(2);
        client.send(
                6,
                new Request.Multi(List.of(
                        new Request.Create("/p", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT),
                        new Request.Create("/e", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL),
                        new Request.Delete("/p", -1))));
        assertThat(client.receiveHeader().isOk()).isTrue();
        assertThat(refused("holdings")).isEqualTo(3);

        client.send(
                7, new Request.Create("/" + "x".repeat(LIST_BYTES_MAX), Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
        assertThat(client.receiveHeader().isOk()).isTrue();
        client.send(8, new Request.GetChildren("/", false));
        assertThat(client.receiveHeader().error()).isEqualTo(ErrorCode.MARSHALLING_ERROR.code());
        assertThat(refused("lists")).isEqualTo(1);
    }

    @Test
    void requestsForWhichThereIsNoRoom() throws Exception {
        FlowSettings narrow = FlowSettings.DEFAULT.withOutstandingRequestsMax(1);
        try (BatonServer full = BatonServer.start(ServerSettings.inMemory()
                        .withLimits(LimitSettings.DEFAULT.withFlow(narrow))
                        .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
                RawClient eager = RawClient.withSession(full.port(), 60_000)) {
            ByteArrayOutputStream writes = new ByteArrayOutputStream();
            for (int xid = 1; xid <= 20; xid++) {
                writes.writeBytes(RawClient.request(xid, new Request.SetData("/", Bytes.EMPTY, -1)));
            }
            eager.send(writes.toByteArray());
            for (int xid = 1; xid <= 20; xid++) {
                assertThat(eager.receiveHeader().isOk()).isTrue();
            }

            MetricsPage page = MetricsPage.at(full.adminPort());
            assertThat(page.sum("baton_limit_refusals_total{limit=\"requests\"}"))
                    .isEqualTo(page.sum("request_throttle_wait_count"))
                    .isPositive();
            assertThat(page.sum("request_throttle_queue_time_ms_sum")).isPositive();
        }
    }

    @Test
    void answersThatNobodyTakes() throws Exception {
        client.send(1, new Request.Create("/large", Bytes.wrap(new byte[700_000]), Acl.OPEN, CreateMode.PERSISTENT));
        assertThat(client.receiveHeader().isOk()).isTrue();
        client.send(2, new Request.MultiRead(Collections.nCopies(40, new Request.GetData("/large", false))));

        await().until(() -> refused("unread") == 1);
    }
}
