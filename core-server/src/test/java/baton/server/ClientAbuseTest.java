package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.config.ConnectionSettings;
import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.TextSettings;
import baton.server.config.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean no good, or know no better: what they cost is bounded, and others never notice. */
@Timeout(60)
@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class ClientAbuseTest {
    private static final int LARGE_BYTES = 700_001;
    private static final int PATIENCE_MILLIS = 300;
    private static final int LOOPS = 1;
    private static final long BUFFERS_BYTES_MAX = 48L << 20;

    private final LimitSettings limits;
    private BatonServer server;
    private RawClient bystander;
    private long buffersBefore;

    ClientAbuseTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @BeforeEach
    void start() throws Exception {
        buffersBefore = bufferBytes();
        server = BatonServer.start(ServerSettings.inMemory()
                .withSessions(new SessionSettings(50, 100, 60_000))
                .withLimits(limits.withEventLoops(LOOPS)
                        .withConnections(ConnectionSettings.DEFAULT
                                .withHandshakeMillis(PATIENCE_MILLIS)
                                .withPerAddressMax(0))));
        bystander = RawClient.withSession(server.port(), 60_000);
        bystander.send(1, create("/large", LARGE_BYTES));
        assertThat(bystander.receiveHeader().isOk()).isTrue();
    }

    @AfterEach
    void othersHaveNoticedNothing() throws Exception {
        bystanderIsServed();
        bystander.close();
        server.close();
    }

    @Test
    void framesWithoutAPauseAreNotGathered() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 60_000)) {
            long most = 0;
            byte[] frame = RawClient.request(1, new Request.SetData("/large", Bytes.wrap(new byte[LARGE_BYTES]), -1));
            for (int i = 0; i < 300; i++) {
                client.send(frame);
                most = Math.max(most, bufferBytes());
            }
            for (int i = 0; i < 300; i++) {
                assertThat(client.receiveHeader().isOk()).isTrue();
            }

            assertThat(most - buffersBefore).isLessThan(BUFFERS_BYTES_MAX);
        }
    }

    @Test
    void whoReadsNoAnswersGetsNoMoreOfThem() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 60_000)) {
            for (int i = 0; i < 500; i++) {
                client.send(i, new Request.GetData("/large", false));
                bystanderIsServed();
                assertThat(bufferBytes() - buffersBefore).isLessThan(BUFFERS_BYTES_MAX);
            }
        }
    }

    @Test
    void whoReadsALargeAnswerSlowlyKeepsTheSession() throws Exception {
        int timeoutMillis = 1_000;
        int nodes = 40;
        try (RawClient client = RawClient.withSession(server.port(), timeoutMillis)) {
            long startedAt = System.nanoTime();
            client.send(1, new Request.MultiRead(Collections.nCopies(nodes, new Request.GetData("/large", false))));

            SlowReader reader = new SlowReader(client, LARGE_BYTES / 5);
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(50))
                    .until(reader::hasReadFrame);

            assertThat(System.nanoTime() - startedAt).isGreaterThan(3_000_000L * timeoutMillis);
            assertThat(client.receiveHeader().xid()).isEqualTo(Xid.PING);
        }
    }

    /** Takes one frame a piece at a time, with a heartbeat at each, which the server has no mind for meanwhile. */
    private static final class SlowReader {
        private final RawClient client;
        private final int pieceBytes;
        private int leftBytes;

        SlowReader(RawClient client, int pieceBytes) throws IOException {
            this.client = client;
            this.pieceBytes = pieceBytes;
            this.leftBytes = client.receiveLength();
        }

        boolean hasReadFrame() throws IOException {
            int bytes = Math.min(leftBytes, pieceBytes);
            client.receive(bytes);
            leftBytes -= bytes;
            client.send(Xid.PING, Request.Ping.INSTANCE);
            return leftBytes == 0;
        }
    }

    @Test
    void whoReadsNoEventsIsCutOffSomeTime() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 60_000)) {
            client.send(1, new Request.AddWatch("/", AddWatchMode.PERSISTENT_RECURSIVE));
            client.receiveHeader();
            // Each event carries its path, and the answer to its cause is small.
            String path = "/" + "x".repeat(500_000);
            for (int i = 0; connections() > 1; i++) {
                assertThat(i).describedAs("events unread").isLessThan(1_000);
                bystander.send(1, create(path, 0));
                assertThat(bystander.receiveHeader().isOk()).isTrue();
                bystander.send(2, new Request.Delete(path, -1));
                assertThat(bystander.receiveHeader().isOk()).isTrue();
            }
        }
    }

    @Test
    void whoTakesNothingForTooLongIsCutOff() throws Exception {
        LimitSettings impatient = limits.withFlow(FlowSettings.DEFAULT.withOutboundStallMillis(200));
        try (BatonServer other = BatonServer.start(ServerSettings.inMemory().withLimits(impatient));
                RawClient client = RawClient.withSession(other.port(), 60_000)) {
            client.send(1, create("/large", LARGE_BYTES));
            assertThat(client.receiveHeader().isOk()).isTrue();
            client.send(2, new Request.MultiRead(Collections.nCopies(40, new Request.GetData("/large", false))));

            await().until(() -> number(other.port(), "zk_num_alive_connections") == 1);
        }
    }

    @Test
    void whoDoesNotTakeTheLastAnswerIsForgotten() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 100)) {
            for (int i = 0; i < 100; i++) {
                client.send(i, new Request.GetData("/large", false));
            }

            // The session expires while its answers wait for somebody to read them.
            await().until(() -> connections() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ofManyWhoDoNotReadSomeAreCutOff(int loops) throws Exception {
        int largeAnswerBytes = 30 * LARGE_BYTES;
        int clients = 30;
        byte[] request = RawClient.request(
                1, new Request.MultiRead(Collections.nCopies(30, new Request.GetData("/large", false))));
        LimitSettings many =
                limits.withEventLoops(loops).withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0));
        List<RawClient> slow = new ArrayList<>();
        try (BatonServer other = BatonServer.start(ServerSettings.inMemory().withLimits(many));
                RawClient writer = RawClient.withSession(other.port(), 60_000)) {
            writer.send(1, create("/large", LARGE_BYTES));
            assertThat(writer.receiveHeader().isOk()).isTrue();
            for (int i = 0; i < clients; i++) {
                slow.add(RawClient.withSession(other.port(), 60_000));
                slow.get(i).send(request);
                bystanderIsServed();
            }

            await().until(() -> number(other.port(), "zk_num_alive_connections") < clients);

            int bytesMax = limits.flow().outboundBytesMax();
            await().until(() -> bufferBytes() - buffersBefore < 5L * bytesMax);
            assertThat(largeAnswerBytes).isLessThan(bytesMax);
        }
        for (RawClient each : slow) {
            each.close();
        }
    }

    @Test
    void aThousandWhoSayNothingMakeRoomForOthers() throws Exception {
        ConnectionSettings patience =
                ConnectionSettings.DEFAULT.withPerAddressMax(0).withHandshakeMillis(600_000);
        LimitSettings patient = limits.withEventLoops(1).withConnections(patience);
        List<RawClient> silent = new ArrayList<>();
        try (BatonServer other = BatonServer.start(ServerSettings.inMemory().withLimits(patient))) {
            for (int i = 0; i < 1_001; i++) {
                silent.add(new RawClient(other.port()));
            }

            assertThat(silent.get(0).isCutOff()).isTrue();
            ConnectRequest request = new ConnectRequest(0, 60_000, 0, ConnectRequest.NO_PASSWORD, false);
            assertThat(silent.get(1).connect(request).isRefused()).isFalse();
        }
        for (RawClient each : silent) {
            each.close();
        }
    }

    @Test
    void aConnectionMayWatchOnlySoManyPaths() throws Exception {
        HoldingSettings few = new HoldingSettings(3, 2, 5, 1_000, 0, 1, 1);
        try (BatonServer small = BatonServer.start(ServerSettings.inMemory().withLimits(limits.withHoldings(few)));
                RawClient client = RawClient.withSession(small.port(), 60_000)) {
            for (int i = 0; i < 7; i++) {
                client.send(i, new Request.Exists("/" + i, true));
                assertThat(client.receiveHeader().error())
                        .isEqualTo(i < 5 ? ErrorCode.NO_NODE.code() : ErrorCode.QUOTA_EXCEEDED.code());
            }
            client.send(8, new Request.SetWatches(0, List.of(), List.of("/x"), List.of()));
            assertThat(client.receiveHeader().error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
            for (int i = 0; i < 3; i++) {
                client.send(i, new Request.Create(OpCode.CREATE, "/e" + i, null, Acl.OPEN, 1));
                assertThat(client.receiveHeader().error())
                        .isEqualTo(i < 2 ? ErrorCode.OK.code() : ErrorCode.QUOTA_EXCEEDED.code());
            }
            client.send(9, new Request.Delete("/e0", -1));
            client.send(10, new Request.Create(OpCode.CREATE, "/e2", null, Acl.OPEN, 1));
            assertThat(client.receiveHeader().isOk()).isTrue();
            assertThat(client.receiveHeader().isOk()).isTrue();
        }
    }

    @Test
    void aConnectionMayWatchAndBeOnlySoMuch() throws Exception {
        HoldingSettings narrow = new HoldingSettings(3, 2, 5, 1_000, 0, 1, 1, new TextSettings(1_000, 0, 2_000));
        try (BatonServer small = BatonServer.start(ServerSettings.inMemory().withLimits(limits.withHoldings(narrow)));
                RawClient client = RawClient.withSession(small.port(), 60_000)) {
            String long1 = "/" + "a".repeat(599);
            for (AddWatchMode each : AddWatchMode.values()) {
                client.send(1, new Request.AddWatch(long1, each));
                assertThat(client.receiveHeader().isOk()).isTrue();
            }
            client.send(2, new Request.AddWatch(long1 + "b", AddWatchMode.PERSISTENT));
            assertThat(client.receiveHeader().error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
            client.send(3, new Request.Exists("/b", true));
            assertThat(client.receiveHeader().error()).isEqualTo(ErrorCode.NO_NODE.code());

            client.send(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("a".repeat(1_000) + ":secret")));
            assertThat(client.receiveHeader().isOk()).isTrue();
            client.send(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("b".repeat(1_000) + ":secret")));
            assertThat(client.receiveHeader().error()).isEqualTo(ErrorCode.AUTH_FAILED.code());
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void thereAreOnlySoManySessions() throws Exception {
        HoldingSettings few = new HoldingSettings(2, 1, 1, 1_000, 0, 1, 1);
        try (BatonServer small = BatonServer.start(ServerSettings.inMemory().withLimits(limits.withHoldings(few)));
                RawClient first = RawClient.withSession(small.port(), 60_000);
                RawClient second = RawClient.withSession(small.port(), 60_000);
                RawClient third = new RawClient(small.port())) {
            ConnectRequest request = new ConnectRequest(0, 60_000, 0, ConnectRequest.NO_PASSWORD, false);

            assertThatThrownBy(() -> third.connect(request)).isInstanceOf(EOFException.class);

            first.send(1, Request.CloseSession.INSTANCE);
            assertThat(first.receiveHeader().isOk()).isTrue();
            try (RawClient fourth = new RawClient(small.port())) {
                assertThat(fourth.connect(request).isRefused()).isFalse();
            }
            second.send(1, Request.Ping.INSTANCE);
            assertThat(second.receiveHeader().isOk()).isTrue();
        }
    }

    @Test
    void aRequestForALargeNodeManyTimesOverIsRefused() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 60_000)) {
            client.send(1, new Request.MultiRead(Collections.nCopies(40_000, new Request.GetData("/large", false))));

            assertThat(client.receiveHeader().error()).isEqualTo(-5);
        }
    }

    @Test
    void aThousandConnectionsLeaveNothingBehind() throws Exception {
        Set<String> threads = threads();
        for (int i = 0; i < 1_000; i++) {
            try (RawClient client = new RawClient(server.port())) {
                goAsFarAs(i % 6, client);
            }
        }

        await().untilAsserted(() -> {
            assertThat(connections()).isEqualTo(1);
            assertThat(number("zk_watch_count")).isZero();
            assertThat(number("zk_outstanding_requests")).isZero();
            assertThat(number("zk_global_sessions")).isEqualTo(1);
            assertThat(number("zk_ephemerals_count")).isZero();
        });
        assertThat(threads()).isEqualTo(threads);
        assertThat(bufferBytes() - buffersBefore).isLessThan(BUFFERS_BYTES_MAX);
    }

    private static void goAsFarAs(int stage, RawClient client) throws IOException {
        if (stage == 1) {
            client.send(new byte[] {0, 0});
        } else if (stage == 2) {
            client.send(new byte[] {0, 0, 0, 45, 0, 0});
        } else if (stage > 2) {
            // Long enough for what is to follow on a machine that is busy.
            client.connect(new ConnectRequest(0, 1_000, 0, ConnectRequest.NO_PASSWORD, false));
        }
        if (stage > 3) {
            client.send(1, new Request.GetData("/large", true));
            client.send(2, new Request.Create(OpCode.CREATE, "/mine-", Bytes.EMPTY, Acl.OPEN, 3));
            client.send(3, new Request.AddWatch("/", AddWatchMode.PERSISTENT));
        }
        if (stage > 4) {
            byte[] request = RawClient.request(4, new Request.Exists("/large", true));
            client.send(Arrays.copyOf(request, request.length - 3));
        }
    }

    private void bystanderIsServed() throws IOException {
        bystander.send(7, new Request.Exists("/large", false));
        assertThat(bystander.receiveHeader().isOk()).isTrue();
    }

    private static Request create(String path, int bytes) {
        return new Request.Create(OpCode.CREATE, path, Bytes.wrap(new byte[bytes]), Acl.OPEN, 0);
    }

    /** Returns how many connections there are beside that which asks. */
    private int connections() throws IOException {
        return number("zk_num_alive_connections") - 1;
    }

    private int number(String key) throws IOException {
        return number(server.port(), key);
    }

    private static int number(int port, String key) throws IOException {
        try (RawClient probe = new RawClient(port)) {
            probe.send("mntr");
            Matcher found = Pattern.compile(key + "\t(\\d+)").matcher(probe.receiveAll());
            assertThat(found.find()).describedAs(key).isTrue();
            return Integer.parseInt(found.group(1));
        }
    }

    private static long bufferBytes() {
        PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("baton-"))
                .collect(Collectors.toSet());
    }
}
