package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.server.config.FlowSettings;
import baton.server.config.LimitSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientChannelTest {
    private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 1);
    private static final int MUCH = 60_000;
    private static final int LITTLE = 40;
    private static final int FRAME = 1000;
    private static final int UNREAD_MAX = 8 << 20;

    private final List<Integer> capacities = new ArrayList<>();
    private final Reluctant socket = new Reluctant();
    private final Listener input = new Listener();
    private final ClientChannel client = new ClientChannel(
            socket,
            CLIENT,
            SimulatedPort.port(SimulatedPort.loop(socket.eventLoop(), 0), LimitSettings.DEFAULT),
            channel -> input);

    ClientChannelTest() {
        // Without leak detection, which wraps one buffer in many: whose capacity is asked for.
        socket.config().setAllocator(new UnpooledByteBufAllocator(false, true));
        socket.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ByteBuf bytes = (ByteBuf) message;
                capacities.add(
                        bytes.unwrap() == null
                                ? bytes.capacity()
                                : bytes.unwrap().capacity());
                context.write(message, promise);
            }
        });
        socket.pipeline().addLast(client);
    }

    @AfterEach
    void close() {
        socket.finishAndReleaseAll();
    }

    private int capacityFor(int bytes) {
        client.send(new byte[bytes], bytes);
        client.flush();
        return capacities.get(capacities.size() - 1);
    }

    @Test
    void theBufferOfAnAnswerIsAsLargeAsTheOneBeforeNeeded() {
        capacityFor(MUCH);

        assertThat(capacityFor(LITTLE)).isGreaterThan(MUCH / 2);
    }

    @Test
    void theBufferOfAnAnswerIsAsLargeAsTheLargestBeforeAnythingLent() {
        client.send(text("x".repeat(MUCH) + "y"), MUCH, lent("LENT"));
        client.flush();

        assertThat(capacityFor(LITTLE)).isGreaterThan(MUCH / 2);
    }

    private static WireWriter text(String text) {
        return new WireWriter().raw(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
    }

    private static ByteBuffer lent(String text) {
        return ByteBuffer.allocateDirect(text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .flip()
                .asReadOnlyBuffer();
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf each = socket.readOutbound(); each != null; each = socket.readOutbound()) {
            all.append(each.toString(StandardCharsets.US_ASCII));
            each.release();
        }
        return all.toString();
    }

    @Test
    void whatIsLentLeavesWhereItBelongs() {
        ByteBuffer names = lent("LENT");
        client.send(text("a"));
        client.send(text("bc"), 1, names);
        client.send(text("d"), 1, names);
        client.send(text("e"), 0, names);
        assertThat(written()).isEmpty();

        client.flush();

        assertThat(written()).isEqualTo("abLENTcdLENTLENTe");
        client.flush();
        assertThat(written()).isEmpty();
        assertThat(names.remaining()).isEqualTo(4);
    }

    @Test
    void nothingEmptyIsWrittenWithWhatIsLent() {
        client.send(text("a"), 1, lent("LENT"));
        client.send(text(""), 0, lent("LENT"));

        client.flush();

        assertThat(capacities).hasSize(3);
        assertThat(written()).isEqualTo("aLENTLENT");
    }

    @Test
    void whatIsLentLeavesBetweenWhatWaitsItsTurn() {
        client.sendInTurn(frame("turn"));
        client.send(text("ab"), 1, lent("LENT"));
        client.sendInTurn(frame("next"));

        client.loop().flushAll();

        assertThat(written()).isEqualTo("turnaLENTbnext");
    }

    private static SharedFrames frame(String text) {
        return new SharedFrames(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void muchThatIsLentLeavesWithoutAFlush() {
        client.send(text("ab"), 1, lent("x".repeat(MUCH)));
        client.send(text("cd"), 1, lent("y".repeat(MUCH)));

        assertThat(written()).isEqualTo("a" + "x".repeat(MUCH) + "bc" + "y".repeat(MUCH) + "d");
    }

    @Test
    void whatIsLentIsWrittenBeforeTheEnd() {
        client.send(text("ab"), 1, lent("LENT"));

        client.closeAfterSending();

        assertThat(written()).isEqualTo("aLENTb");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void whatIsGatheredAroundWhatIsLentIsLetGoByAClose() {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
        socket.config().setAllocator(memory);
        client.send(text("ab"), 1, lent("LENT"));
        assertThat(memory.metric().usedDirectMemory()).isPositive();

        client.close();

        assertThat(memory.metric().usedDirectMemory()).isZero();
    }

    @Test
    void whatIsLentCountsAsUnread() {
        socket.takes = false;

        lendMuch();
        lendMuch();

        assertThat(client.loop().unreadBytes()).isCloseTo(2L * MUCH, within(1000L));
    }

    @Test
    void whoTakesNothingOfWhatIsLentIsNotTakingOutput() {
        socket.takes = false;
        lendMuch();
        lendMuch();
        assertThat(client.isTakingOutput()).isFalse();

        lendMuch();

        assertThat(client.isTakingOutput()).isFalse();
    }

    @Test
    void whoTakesLittleOfWhatIsLentIsTakingOutput() {
        socket.takes = false;
        lendMuch();
        lendMuch();
        assertThat(client.isTakingOutput()).isFalse();

        lendMuch();
        socket.take(LITTLE);

        assertThat(client.isTakingOutput()).isTrue();
    }

    private void lendMuch() {
        client.send(text("ab"), 1, lent("x".repeat(MUCH)));
        client.flush();
    }

    @Test
    void whoTakesFewOfManySmallEventsIsTakingOutput() {
        socket.takes = false;
        flushEvents(1000);
        assertThat(client.isTakingOutput()).isFalse();

        flushEvents(100);
        socket.take(LITTLE);

        assertThat(client.isTakingOutput()).isTrue();
    }

    @Test
    void whoTakesFewOfManySmallEventsIsNotCutOff() {
        socket.freezeTime();
        socket.takes = false;
        flushEvents(1000);

        for (int i = 0; i < 20; i++) {
            flushEvents(100);
            socket.take(LITTLE);
            passTenthOfPatience();

            assertThat(socket.isOpen()).isTrue();
        }
    }

    @Test
    void whoTakesNoneOfManySmallEventsIsCutOff() {
        socket.freezeTime();
        socket.takes = false;
        flushEvents(1000);

        for (int i = 0; i < 20; i++) {
            flushEvents(100);
            passTenthOfPatience();
        }

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void whatWhoIsCutOffHasAskedForIsDone() {
        socket.freezeTime();
        socket.takes = false;
        flushEvents(1000);
        receiveFrame();
        assertThat(input.frames).isZero();

        for (int i = 0; i < 20; i++) {
            passTenthOfPatience();
        }

        assertThat(socket.isOpen()).isFalse();
        assertThat(input.frames).isEqualTo(1);
    }

    private void flushEvents(int count) {
        for (int i = 0; i < count; i++) {
            client.send(new byte[LITTLE], LITTLE);
            client.flush();
        }
    }

    private void passTenthOfPatience() {
        socket.advanceTimeBy(FlowSettings.DEFAULT.outboundStallMillis() / 10, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
    }

    @Test
    void whatWaitsForASlowClientHoldsLittleMoreThanItIs() {
        socket.takes = false;
        capacityFor(MUCH);

        for (int i = 0; i < 30; i++) {
            assertThat(capacityFor(LITTLE)).isLessThanOrEqualTo(1024);
        }
    }

    @Test
    void whoLeavesMoreUnreadThanOneMayIsCutOff() {
        Reluctant slow = new Reluctant();
        ClientChannel hoarder = unreading(slow);

        leaveUnread(hoarder, UNREAD_MAX * 9 / 10);
        assertThat(slow.isOpen()).isTrue();
        leaveUnread(hoarder, UNREAD_MAX / 5);

        assertThat(slow.isOpen()).isFalse();
        slow.finishAndReleaseAll();
    }

    @Test
    void theLongestAnswerMayLieUnreadWhateverElseMay() {
        int frameBytesMax = UNREAD_MAX;
        Reluctant slow = new Reluctant();
        ClientChannel patient = unreading(slow, LimitSettings.DEFAULT.withFrameBytesMax(frameBytesMax));

        leaveUnread(patient, 4 * frameBytesMax);
        assertThat(slow.isOpen()).isTrue();
        leaveUnread(patient, 2 << 20);

        assertThat(slow.isOpen()).isFalse();
        slow.finishAndReleaseAll();
    }

    @Test
    void ofThoseWhoTogetherLeaveMoreUnreadThanAllMayTheWorstIsCutOff() {
        List<Reluctant> slow = Stream.generate(Reluctant::new).limit(5).toList();

        for (Reluctant each : slow) {
            int more = each == slow.get(2) ? LITTLE : 0;
            leaveUnread(unreading(each), UNREAD_MAX * 9 / 10 + more);
        }

        assertThat(slow).extracting(Reluctant::isOpen).containsExactly(true, true, false, true, true);
        slow.forEach(Reluctant::finishAndReleaseAll);
    }

    /** Somebody on the same loop who reads nothing, of whose kind one may leave little unread and all four times that. */
    private ClientChannel unreading(Reluctant slow) {
        return unreading(slow, LimitSettings.DEFAULT);
    }

    private ClientChannel unreading(Reluctant slow, LimitSettings limits) {
        slow.takes = false;
        FlowSettings flow = FlowSettings.DEFAULT;
        LimitSettings narrow = limits.withFlow(new FlowSettings(
                flow.outstandingRequestsMax(), flow.outstandingBytesMax(), UNREAD_MAX, flow.outboundStallMillis()));
        ClientChannel made =
                new ClientChannel(slow, CLIENT, SimulatedPort.port(client.loop(), narrow), channel -> new Listener());
        slow.pipeline().addLast(made);
        return made;
    }

    private static void leaveUnread(ClientChannel hoarder, int bytes) {
        hoarder.send(new byte[bytes], bytes);
        hoarder.flush();
    }

    @Test
    void anAnswerLeavesWhenTheLookAtTheSocketsIsOver() {
        client.send(new byte[LITTLE], LITTLE);
        client.channelReadComplete(socket.pipeline().context(client));

        assertThat(capacities).isEmpty();
        socket.runPendingTasks();
        assertThat(capacities).hasSize(1);
    }

    @Test
    void manyAnswersDoNotWaitForTheRestOfTheLook() {
        List<EmbeddedChannel> others =
                Stream.generate(EmbeddedChannel::new).limit(63).toList();
        others.forEach(this::answered);
        client.send(new byte[LITTLE], LITTLE);
        client.channelReadComplete(socket.pipeline().context(client));

        assertThat(capacities).hasSize(1);
        others.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    private void answered(EmbeddedChannel other) {
        LoopPort port = SimulatedPort.port(client.loop(), LimitSettings.DEFAULT);
        new ClientChannel(other, CLIENT, port, channel -> new Listener()).send(new byte[LITTLE], LITTLE);
    }

    @Test
    void someIsReadAheadOfAFrameThatMustWait() {
        input.listens = false;

        for (int i = 0; i < 10; i++) {
            receiveFrame();
        }

        assertThat(socket.config().isAutoRead()).isTrue();
        assertThat(input.frames).isZero();
    }

    @Test
    void notMuchIsReadAheadOfAFrameThatMustWait() {
        input.listens = false;

        int received = 0;
        while (socket.config().isAutoRead() && received < 100) {
            receiveFrame();
            received++;
        }

        assertThat(received).isLessThan(20);
        input.listens = true;
        client.resume();
        assertThat(input.frames).isEqualTo(received);
        assertThat(socket.config().isAutoRead()).isTrue();
    }

    @Test
    void nothingIsReadFromAClientThatDoesNotRead() {
        socket.takes = false;
        client.send(new byte[2 * MUCH], 2 * MUCH);
        client.flush();

        receiveFrame();

        assertThat(socket.config().isAutoRead()).isFalse();
    }

    @Test
    void theEndIsToldWhenEverythingBeforeItWasTaken() {
        input.listens = false;
        receiveFrame();

        socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(socket.isOpen()).isTrue();
        assertThat(input.leaving).isTrue();
        assertThat(input.ended).isFalse();
        input.listens = true;
        client.resume();
        assertThat(input.frames).isEqualTo(1);
        assertThat(input.ended).isTrue();
    }

    @Test
    void whatWasReceivedWholeIsCarriedOutThoughTheClientIsGone() {
        input.listens = false;
        receiveFrame();
        receiveFrame();
        socket.writeInbound(socket.alloc().buffer().writeInt(FRAME).writeZero(FRAME / 2));

        socket.close();

        assertThat(input.frames).isEqualTo(2);
    }

    @Test
    void whatIsSaidByAClientThatIsCutOffIsNotCarriedOut() {
        input.listens = false;
        receiveFrame();

        client.close();

        assertThat(input.frames).isZero();
    }

    @Test
    void whatGoesWrongWithAFrameThatHadToWaitEndsItsConnectionOnly() {
        input.listens = false;
        receiveFrame();

        input.breaks = true;
        client.resume();

        assertThat(socket.isOpen()).isFalse();
        assertThat(input.closed).isTrue();
    }

    @Test
    void theEndIsToldThoughTheLastFramesGoWrong() {
        input.listens = false;
        receiveFrame();

        input.breaks = true;
        socket.close();

        assertThat(input.closed).isTrue();
    }

    private void receiveFrame() {
        socket.writeInbound(socket.alloc().buffer().writeInt(FRAME).writeZero(FRAME));
    }

    /** Takes what is written to it, or leaves it waiting. */
    private static final class Reluctant extends EmbeddedChannel {
        private boolean takes = true;

        /** Takes so much of what waits. */
        private void take(int bytes) {
            unsafe().outboundBuffer().removeBytes(bytes);
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (takes) {
                super.doWrite(waiting);
            }
        }
    }

    /** Counts what it listens to. */
    private static final class Listener implements ClientInput {
        private boolean listens = true;
        private boolean breaks;
        private boolean leaving;
        private boolean ended;
        private boolean closed;
        private int frames;

        @Override
        public void heard() {}

        @Override
        public void offered() {}

        @Override
        public int ahead(ByteBuffer bytes) {
            return 0;
        }

        @Override
        public void certified(String subject) {}

        @Override
        public boolean frame(WireReader frame) {
            if (breaks) {
                throw new IllegalStateException("a bug");
            }
            frames += listens ? 1 : 0;
            return listens;
        }

        @Override
        public int argumentBytes(int first) {
            return 0;
        }

        @Override
        public boolean word(int first, long argument) {
            return false;
        }

        @Override
        public void leaving() {
            leaving = true;
        }

        @Override
        public void ended() {
            ended = true;
        }

        @Override
        public void lost() {
            listens = true;
        }

        @Override
        public void givenUp() {}

        @Override
        public void closed() {
            closed = true;
        }
    }
}
