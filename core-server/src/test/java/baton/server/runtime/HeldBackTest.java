package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ErrorCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.session.Session;
import baton.server.sim.DrawnLoans;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.storage.LogSettings;
import baton.server.transport.SimulatedPort;
import baton.server.transport.TransportLoop;
import baton.server.tree.Loans;
import baton.server.tree.SeededHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits, for what was asked before, for a loop that is behind or for the log; and when its client counts as heard. */
class HeldBackTest {
    private static final Path DATA = Path.of("/data");
    private static final int TICK_MILLIS = 1_000;
    private static final int HALF_A_TICK_MILLIS = TICK_MILLIS / 2;
    private static final int SILENT_MILLIS = 900;
    private static final long NO_TASK = -1;
    private static final int INBOX_LONG = 1;
    private static final int LARGE_BYTES = 500_000;
    private static final int LOG_WAITING_BYTES_MAX = 4 * LARGE_BYTES;
    private static final int LOG_WAITING_MAX = 16_384;

    /** So many requests of one client may be inside the server. */
    private static final int OF_ONE_CLIENT_MAX = 1_000;

    private final List<EmbeddedChannel> sockets = new ArrayList<>();
    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TransportLoop loop = SimulatedPort.loop(socket.eventLoop(), 0);
    private final RecoveredServer recovered;
    private SimulatedRuntime server;
    private long nowMillis = 77_000;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }

        @Override
        public long wallMillis() {
            return nowMillis;
        }
    };

    /** Gives turns to nobody: the test does. */
    private static final class Idle implements SimulatedRuntime.Host {
        @Override
        public int handOverSteps() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void ring(Role role) {}

        @Override
        public Loans loans(int loop) {
            return new DrawnLoans(new SplittableRandom(loop));
        }

        @Override
        public void failed(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void deciding() {}

        @Override
        public void reading() {}
    }

    HeldBackTest() throws Exception {
        recovered = RecoveredServer.open(
                new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512),
                DATA,
                DATA,
                new LogSettings(0, true, 0, 1 << 20, 0, 4 * LOG_WAITING_BYTES_MAX),
                TICK_MILLIS,
                SeededHash.of(1));
        server = serving(2 * LOG_WAITING_MAX);
        accept(socket);
    }

    private SimulatedRuntime serving(int outstandingRequestsMax) {
        return serving(LimitSettings.DEFAULT.withFlow(
                FlowSettings.DEFAULT.withOutstandingRequestsMax(outstandingRequestsMax)));
    }

    private SimulatedRuntime serving(LimitSettings limits) {
        SimulatedRuntime serving = new SimulatedRuntime(
                ServerSettings.inMemory()
                        .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                        .withFeatures(FeatureSettings.DEFAULT.withAuth(
                                AuthSettings.DEFAULT.withSasl(SaslSettings.of(Map.of("dan", "secret")))))
                        .withLimits(limits),
                10 * TICK_MILLIS,
                new Room(Long.MAX_VALUE, 1_000, OF_ONE_CLIENT_MAX, INBOX_LONG),
                recovered.state(),
                recovered.storage(),
                recovered.storage().log(),
                1_000,
                new SplittableRandom(2),
                Long.MAX_VALUE / 2,
                recovered.sessionIds(1, nowMillis),
                clock,
                List.of(loop),
                false,
                Long.MAX_VALUE,
                3,
                new Idle());
        serving.start(false);
        return serving;
    }

    @AfterEach
    void releaseWhatWasSent() {
        sockets.forEach(EmbeddedChannel::releaseOutbound);
    }

    private void accept(EmbeddedChannel other) {
        sockets.add(other);
        SimulatedPort.accept(
                other, new InetSocketAddress("10.0.0.1", 40_000), loop, LimitSettings.DEFAULT, server::serve);
    }

    @Test
    void doesNotForgetThatItWasHeardWhileTheRoundTookItsTime() throws Exception {
        Session session = connected();
        nowMillis += TICK_MILLIS;
        everybodyElseWorks();
        nowMillis += SILENT_MILLIS;

        // The loop has its turn only now: it reads, and what waits behind the write is held back, and then it
        // says that it has looked.
        WireWriter out = new WireWriter();
        frame(out, 1, new Request.SetData("/", Bytes.EMPTY, -1));
        frame(out, Xid.PING, Request.Ping.INSTANCE);
        hears(out);

        assertThat(session.heardAtMillis()).isEqualTo(nowMillis);
        recovered.storage().close();
    }

    @Test
    void countsAsHeardWhileTheServerWouldNotListenAndNobodyElseDoes() throws Exception {
        Session session = connected();
        EmbeddedChannel silent = new EmbeddedChannel();
        accept(silent);
        connect(silent);
        Session other = recovered.state().sessions().find(session.id() + 1);
        long silentSinceMillis = nowMillis;
        WireWriter out = new WireWriter();
        frame(out, 1, new Request.SetData("/", Bytes.EMPTY, -1));
        frame(out, 2, new Request.GetData("/", false));
        socket.pipeline().fireChannelRead(Unpooled.wrappedBuffer(out.toArray()));
        server.turn(Role.SEQUENCER, clock.nanos());

        // The read waits for the write, and that for the log.
        nowMillis += TICK_MILLIS;
        server.turn(Role.SEQUENCER, clock.nanos());
        socket.runPendingTasks();

        assertThat(session.heardAtMillis()).isEqualTo(nowMillis);
        assertThat(other.heardAtMillis()).isEqualTo(silentSinceMillis);
        recovered.storage().close();
    }

    /** Between two rounds a client may be held back, heard, and served. */
    @Test
    void isServedAsSomebodyWhoWasHeardJustNow() throws Exception {
        Session session = connected();
        answers(socket);
        isHeardWhileHeldBack();

        everybodyLooks();

        assertThat(answers(socket)).extracting(ReplyHeader::xid).containsExactly(1, 2, Xid.PING);
        assertThat(session.heardAtMillis()).isEqualTo(nowMillis);
        recovered.storage().close();
    }

    @Test
    void whoLeavesBehindWhatHeSaidWasHeardUntilThen() throws Exception {
        Session session = connected();
        isHeardWhileHeldBack();

        socket.close();

        assertThat(session.heardAtMillis()).isEqualTo(nowMillis);
        recovered.storage().close();
    }

    @Test
    void whoLeavesInSilenceWasNotHeardUntilThen() throws Exception {
        Session session = connected();
        long heardAtMillis = session.heardAtMillis();
        nowMillis++;

        socket.close();

        assertThat(session.heardAtMillis()).isEqualTo(heardAtMillis);
        recovered.storage().close();
    }

    private void isHeardWhileHeldBack() {
        asks(1);
        asksAtOnce(2, new Request.GetData("/", false));
        nowMillis++;
        asksAtOnce(Xid.PING, Request.Ping.INSTANCE);
        nowMillis++;
    }

    @Test
    void onlyWhatWasDueWhenTheRoundBeganEndsWithIt() throws Exception {
        Session session = connected();
        long dueMillis = recovered.state().sessions().nextDueAtMillis();
        while (nowMillis < dueMillis - TICK_MILLIS) {
            nowMillis += HALF_A_TICK_MILLIS;
            everybodyLooks();
        }
        nowMillis = dueMillis - 1;
        everybodyElseWorks();

        // By now it is due, and what has come since the round began may not have been heard.
        nowMillis = dueMillis;
        everybodyLooks();
        assertThat(session.isClosing()).isFalse();

        nowMillis += HALF_A_TICK_MILLIS;
        everybodyLooks();
        assertThat(session.isClosing()).isTrue();
        recovered.storage().close();
    }

    @Test
    void timeInWhichThereIsNobodyToHearIsNoStandstill() throws Exception {
        everybodyLooks();
        nowMillis += TimeUnit.HOURS.toMillis(1);

        connected();
        nowMillis += HALF_A_TICK_MILLIS;
        everybodyLooks();

        assertThat(server.measured(Timing.JVM_PAUSE_TIME_MS).count()).isZero();
        recovered.storage().close();
    }

    @Test
    void isNotTakenForSomebodyWhoSaysNothing() throws Exception {
        socket.freezeTime();
        connected();
        fillSequencer();
        EmbeddedChannel late = new EmbeddedChannel();
        accept(late);
        asksForSession(late);

        socket.advanceTimeBy(LimitSettings.DEFAULT.connections().handshakeMillis() + 1L, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
        assertThat(late.isOpen()).isTrue();

        everybodyElseWorks();
        socket.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
        everybodyLooks();
        assertThat(recovered.state().sessions().size()).isEqualTo(2);
        recovered.storage().close();
    }

    /** Else somebody who always has more to say could keep everybody else outside for ever. */
    @Test
    void isTakenInBeforeMoreOfThoseWhoHadTheirShare() throws Exception {
        server = serving(1);
        EmbeddedChannel busy = client();
        EmbeddedChannel patient = client();
        WireWriter much = new WireWriter();
        frame(much, 1, new Request.SetData("/", Bytes.EMPTY, -1));
        frame(much, 2, new Request.GetData("/", false));
        frame(much, 3, new Request.SetData("/", Bytes.EMPTY, -1));
        busy.pipeline().fireChannelRead(Unpooled.wrappedBuffer(much.toArray()));
        asks(patient, Bytes.EMPTY, 1);

        for (int i = 0; i < 3; i++) {
            everybodyLooks();
        }

        List<ReplyHeader> ofBusy = answers(busy);
        assertThat(ofBusy).extracting(ReplyHeader::xid).containsExactly(1, 2, 3);
        assertThat(answers(patient))
                .singleElement()
                .extracting(ReplyHeader::zxid)
                .isEqualTo(ofBusy.get(2).zxid() - 1);
        recovered.storage().close();
    }

    @Test
    void isNotWhatKeepsASessionNorWhatEndsOne() throws Exception {
        server = serving(1);
        EmbeddedChannel busy = client();
        EmbeddedChannel alive = client();
        EmbeddedChannel leaving = client();
        asks(busy, Bytes.EMPTY, 1, 2, 3);
        assertThat(server.waitingRequests()).isEqualTo(1);

        says(alive, Xid.PING, Request.Ping.INSTANCE);
        says(leaving, 1, Request.CloseSession.INSTANCE);
        socket.runPendingTasks();

        assertThat(answers(alive)).singleElement().extracting(ReplyHeader::xid).isEqualTo(Xid.PING);
        assertThat(server.waitingRequests()).isEqualTo(2);
        recovered.storage().close();
    }

    /** Whether or not he has said more behind his greeting. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNoReasonToKeepAPlaceForWhoClosesHisEndWhileHeWaitsForASession(boolean saysMore) throws Exception {
        server = serving(LimitSettings.DEFAULT.withHoldings(new HoldingSettings(10, 10, 10, 10, 1, 900, 1)));
        client();
        EmbeddedChannel impatient = new EmbeddedChannel();
        accept(impatient);
        connect(impatient);
        if (saysMore) {
            says(impatient, Xid.PING, Request.Ping.INSTANCE);
        }
        assertThat(impatient.isOpen()).isTrue();

        impatient.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        everybodyLooks();

        assertThat(impatient.isOpen()).isFalse();
        recovered.storage().close();
    }

    private static void says(EmbeddedChannel client, int xid, Request request) {
        WireWriter out = new WireWriter();
        frame(out, xid, request);
        client.writeInbound(Unpooled.wrappedBuffer(out.toArray()));
    }

    @Test
    void doesNotOvertakeAnEventByProvingToBeSomebody() throws Exception {
        WireWriter proof = new WireWriter();
        frame(proof, Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("user:password")));

        doesNotOvertakeAnEvent(proof, Xid.AUTH);
    }

    @Test
    void doesNotOvertakeAnEventByAskingForWhatNoServerDoes() throws Exception {
        WireWriter unknown = new WireWriter();
        int mark = unknown.beginFrame();
        unknown.int32(2).int32(4711);
        unknown.endFrame(mark);

        doesNotOvertakeAnEvent(unknown, 2);
    }

    /** Whoever has seen the answer to a change, and tells its watcher, is not contradicted by what that one sees. */
    private void doesNotOvertakeAnEvent(WireWriter asked, int xid) throws Exception {
        connected();
        EmbeddedChannel watching = client();
        WireWriter watch = new WireWriter();
        frame(watch, 1, new Request.GetData("/", true));
        watching.writeInbound(Unpooled.wrappedBuffer(watch.toArray()));
        everybodyLooks();
        answers(watching);

        asks(1);
        everybodyElseWorks();
        watching.pipeline().fireChannelRead(Unpooled.wrappedBuffer(asked.toArray()));
        everybodyLooks();

        assertThat(answers(watching)).extracting(ReplyHeader::xid).containsExactly(Xid.NOTIFICATION, xid);
        recovered.storage().close();
    }

    @Test
    void theAnswerToALoginThatFailsWaitsUnlessItsClientHasGone() throws Exception {
        socket.freezeTime();
        connected();
        EmbeddedChannel patient = guesser();
        EmbeddedChannel leaving = guesser();

        socket.advanceTimeBy(FailedLogins.WAIT_MILLIS_FIRST, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
        assertThat(answers(patient))
                .singleElement()
                .extracting(ReplyHeader::error)
                .isEqualTo(ErrorCode.AUTH_FAILED.code());
        assertThat(answers(leaving)).isEmpty();
        leaving.close();

        assertThat(socket.runScheduledPendingTasks()).isEqualTo(NO_TASK);
        recovered.storage().close();
    }

    /** Returns one who has just sent something else than a proof; those who come later wait longer for the answer. */
    private EmbeddedChannel guesser() throws Exception {
        EmbeddedChannel guesser = client();
        says(guesser, 1, new Request.Sasl(Bytes.EMPTY));
        socket.runPendingTasks();
        assertThat(answers(guesser)).hasSize(1);
        says(guesser, 2, new Request.Sasl(Bytes.utf8("nonsense")));
        return guesser;
    }

    /** Lets the loops look at their sockets, if they are asked to, and everybody else work before and behind that. */
    private void everybodyLooks() throws Exception {
        everybodyElseWorks();
        socket.runPendingTasks();
        everybodyElseWorks();
    }

    @Test
    void noMoreIsTakenOfAClientThanMayWaitForAnswers() throws Exception {
        connected();
        asks(IntStream.rangeClosed(1, OF_ONE_CLIENT_MAX / 2).toArray());
        server.turn(Role.SEQUENCER, clock.nanos());
        asks(IntStream.rangeClosed(OF_ONE_CLIENT_MAX / 2 + 1, OF_ONE_CLIENT_MAX + 1)
                .toArray());

        assertThat(server.outstandingRequests()).isEqualTo(OF_ONE_CLIENT_MAX);

        everybodyLooks();
        assertThat(server.measured(Timing.SYNC_PROCESSOR_BATCH_SIZE).sum()).isEqualTo(1 + OF_ONE_CLIENT_MAX + 1);
        recovered.storage().close();
    }

    @Test
    void isTakenInOnceTheServerEndsThoughALoopIsBehind() throws Exception {
        connected();
        asks(1, 2);
        everybodyElseWorks();
        asks(3, 4);
        everybodyElseWorks();
        assertThat(server.longestInbox()).isEqualTo(2 + 1);
        assertThat(server.waitingRequests()).isEqualTo(2);

        server.ending(Role.SEQUENCER);

        assertThat(server.hasWork(Role.SEQUENCER)).isTrue();
        everybodyElseWorks();
        assertThat(server.waitingRequests()).isZero();
        recovered.storage().close();
    }

    @Test
    void isTakenInOnceTheServerEndsThoughTheLogIsBehind() throws Exception {
        connected();
        endsWithAFullLog();

        assertThat(server.hasWork(Role.SEQUENCER)).isFalse();
        assertThat(server.awaitsOthers(Role.SEQUENCER)).isTrue();
        server.turn(Role.LOG, clock.nanos());
        assertThat(server.hasWork(Role.SEQUENCER)).isTrue();
        everybodyElseWorks();
        assertThat(server.waitingRequests()).isZero();
        assertThat(server.awaitsOthers(Role.SEQUENCER)).isFalse();
        recovered.storage().close();
    }

    @Test
    void isLeftOutOnceTheServerHasNoMoreTimeForTheLog() throws Exception {
        connected();
        endsWithAFullLog();
        assertThat(server.awaitsOthers(Role.SEQUENCER)).isTrue();

        server.hurry(Role.SEQUENCER);

        assertThat(server.awaitsOthers(Role.SEQUENCER)).isFalse();
        recovered.storage().close();
    }

    @Test
    void endOfASessionWhoseClientHasGoneIsTakenInThoughThereWasNoRoomBeforeTheServerEnds() throws Exception {
        socket.freezeTime();
        Session session = connected();
        fillSequencer();
        WireWriter out = new WireWriter();
        frame(out, 1, Request.CloseSession.INSTANCE);
        hears(out);
        socket.pipeline().fireChannelInactive();

        server.ending(Role.SEQUENCER);
        everybodyElseWorks();

        assertThat(server.hasWork(Role.SEQUENCER)).isFalse();
        assertThat(server.awaitsOthers(Role.SEQUENCER)).isTrue();
        socket.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
        assertThat(server.hasWork(Role.SEQUENCER)).isTrue();
        everybodyElseWorks();
        assertThat(recovered.state().sessions().find(session.id())).isNull();
        assertThat(server.awaitsOthers(Role.SEQUENCER)).isFalse();
        recovered.storage().close();
    }

    /** Lets in what does nothing, until there is no room. */
    private void fillSequencer() {
        int before = -1;
        while (server.waitingRequests() > before) {
            before = server.waitingRequests();
            server.expireAtOnce();
        }
    }

    @Test
    void takesNoTimeToTheLogUnlessTheQueueOfThatIsFull() throws Exception {
        List<EmbeddedChannel> clients = connectedEnoughToFillTheLog();
        int sessions = clients.size();

        for (EmbeddedChannel each : clients) {
            asks(each, Bytes.EMPTY, IntStream.rangeClosed(1, OF_ONE_CLIENT_MAX).toArray());
            server.turn(Role.SEQUENCER, clock.nanos());
        }
        Distribution.Summary whenFull = server.measured(Timing.PROPOSAL_PROCESS_TIME);
        nowMillis += 7;
        server.turn(Role.LOG, clock.nanos());
        server.turn(Role.SEQUENCER, clock.nanos());

        assertThat(whenFull.count()).isEqualTo(sessions + LOG_WAITING_MAX);
        assertThat(whenFull.max()).isZero();
        Distribution.Summary behindThat = server.measured(Timing.PROPOSAL_PROCESS_TIME);
        assertThat(behindThat.count()).isEqualTo(whenFull.count() + 1);
        assertThat(behindThat.min()).isZero();
        assertThat(behindThat.max()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
        assertThat(behindThat.sum()).isEqualTo(behindThat.max());
        recovered.storage().close();
    }

    private List<EmbeddedChannel> connectedEnoughToFillTheLog() throws Exception {
        List<EmbeddedChannel> clients = new ArrayList<>();
        for (int i = 0; i <= LOG_WAITING_MAX / OF_ONE_CLIENT_MAX; i++) {
            clients.add(client());
        }
        return clients;
    }

    /** Of what was asked, something waits for the log to take what was asked before. */
    private void endsWithAFullLog() throws Exception {
        asks(socket, Bytes.wrap(new byte[LARGE_BYTES]), 1, 2, 3, 4, 5, 6);
        server.ending(Role.SEQUENCER);
        server.turn(Role.SEQUENCER, clock.nanos());
        assertThat(server.waitingRequests()).isPositive();
    }

    /** Asks without letting the loop do what is in its inbox. */
    private void asks(int... xids) {
        asks(socket, Bytes.EMPTY, xids);
    }

    private static void asks(EmbeddedChannel client, Bytes data, int... xids) {
        WireWriter out = new WireWriter();
        for (int xid : xids) {
            frame(out, xid, new Request.SetData("/", data, -1));
        }
        client.pipeline().fireChannelRead(Unpooled.wrappedBuffer(out.toArray()));
    }

    private void asksAtOnce(int xid, Request request) {
        WireWriter out = new WireWriter();
        frame(out, xid, request);
        socket.pipeline().fireChannelRead(Unpooled.wrappedBuffer(out.toArray()));
    }

    private EmbeddedChannel client() throws Exception {
        EmbeddedChannel client = new EmbeddedChannel();
        accept(client);
        connect(client);
        answers(client);
        return client;
    }

    /** Returns what the client has been sent since the last call. */
    private static List<ReplyHeader> answers(EmbeddedChannel client) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
            all.writeBytes(bytes);
            bytes.release();
        }
        List<ReplyHeader> headers = new ArrayList<>();
        while (all.isReadable()) {
            ByteBuf frame = all.readSlice(all.readInt());
            headers.add(ReplyHeader.read(new WireReader(frame.nioBuffer(), frame.readableBytes())));
        }
        return headers;
    }

    private void connect(EmbeddedChannel client) throws Exception {
        asksForSession(client);
        everybodyLooks();
    }

    private static void asksForSession(EmbeddedChannel client) {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false).write(out);
        out.endFrame(mark);
        client.writeInbound(Unpooled.wrappedBuffer(out.toArray()));
    }

    private Session connected() throws Exception {
        connect(socket);
        long id = recovered
                .state()
                .sessions()
                .timeoutsMillis()
                .keySet()
                .iterator()
                .next();
        return recovered.state().sessions().find(id);
    }

    private void everybodyElseWorks() throws Exception {
        int work = 1;
        while (work > 0) {
            work = server.turn(Role.SEQUENCER, clock.nanos()) + server.turn(Role.LOG, clock.nanos());
        }
    }

    private void hears(WireWriter out) {
        socket.writeInbound(Unpooled.wrappedBuffer(out.toArray()));
    }

    private static void frame(WireWriter out, int xid, Request request) {
        int mark = out.beginFrame();
        new RequestHeader(xid, request.opCode()).write(out);
        request.write(out);
        out.endFrame(mark);
    }
}
