package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.session.Session;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.storage.LogSettings;
import baton.server.transport.SimulatedPort;
import baton.server.transport.TransportLoop;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What waits, for what was asked before or for a loop that is behind; and when its client counts as heard. */
class HeldBackTest {
    private static final Path DATA = Path.of("/data");
    private static final int TICK_MILLIS = 1_000;
    private static final int SILENT_MILLIS = 900;
    private static final int INBOX_LONG = 1;
    private static final int LOG_WAITING_BYTES_MAX = 4_000;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TransportLoop loop = SimulatedPort.loop(socket.eventLoop(), 0);
    private final RecoveredServer recovered;
    private final SimulatedRuntime server;
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
                TICK_MILLIS);
        server = new SimulatedRuntime(
                ServerSettings.inMemory().withSessions(SessionSettings.ofTick(TICK_MILLIS)),
                10 * TICK_MILLIS,
                new Room(Long.MAX_VALUE, 1_000, 1_000, INBOX_LONG),
                recovered.state(),
                recovered.storage(),
                recovered.storage().log(),
                1_000,
                new SplittableRandom(2),
                recovered.sessionIds(1, nowMillis),
                clock,
                List.of(loop),
                false,
                Long.MAX_VALUE,
                3,
                new Idle());
        server.start(false);
        SimulatedPort.accept(
                socket, new InetSocketAddress("10.0.0.1", 40_000), loop, LimitSettings.DEFAULT, server::serve);
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

    /** Of what was asked, something waits for the log to take what was asked before. */
    private void endsWithAFullLog() throws Exception {
        asks(Bytes.wrap(new byte[LOG_WAITING_BYTES_MAX]), 1, 2, 3);
        server.ending(Role.SEQUENCER);
        server.turn(Role.SEQUENCER, clock.nanos());
        assertThat(server.waitingRequests()).isPositive();
    }

    /** Asks without letting the loop do what is in its inbox. */
    private void asks(int... xids) {
        asks(Bytes.EMPTY, xids);
    }

    private void asks(Bytes data, int... xids) {
        WireWriter out = new WireWriter();
        for (int xid : xids) {
            frame(out, xid, new Request.SetData("/", data, -1));
        }
        socket.pipeline().fireChannelRead(Unpooled.wrappedBuffer(out.toArray()));
    }

    private Session connected() throws Exception {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false).write(out);
        out.endFrame(mark);
        hears(out);
        everybodyElseWorks();
        socket.runPendingTasks();
        everybodyElseWorks();
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
