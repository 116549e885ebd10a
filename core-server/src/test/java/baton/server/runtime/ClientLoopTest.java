package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.auth.AccessControl;
import baton.server.auth.Authentication;
import baton.server.config.FlowSettings;
import baton.server.config.ServerSettings;
import baton.server.request.Event;
import baton.server.request.ReadRequests;
import baton.server.session.ClientConnection;
import baton.server.transport.SharedFrames;
import baton.server.transport.SimulatedPort;
import baton.server.tree.ListingCache;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * An event loop outlives the server that used it: what is for a sequencer that has ended leaves nothing behind on it. And
 * what goes wrong on it is the end of that server.
 */
class ClientLoopTest {
    private static final long NO_TASK = -1;
    private static final int CAPACITY = 2;
    private static final int TOLD_AT_ONCE = 16;

    private final EmbeddedChannel eventLoop = new EmbeddedChannel();
    private final SequencerInbox sequencer = new SequencerInbox(CAPACITY, this::ring);
    private final List<Throwable> failures = new ArrayList<>();
    private final WatchTable<ClientConnection> watches = new WatchTable<>(SeededHash.of(1));
    private final ReadRequests reads = new ReadRequests(
            ZnodeTree.fresh(SeededHash.of(1)), watches, AccessControl.standard(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final ClientLoop loop = loop();
    private boolean bellBreaks;

    private ClientLoop loop() {
        return new ClientLoop(
                SimulatedPort.loop(eventLoop.eventLoop(), 0),
                sequencer,
                reads.nodeReads(ListingCache.usual()),
                FlowSettings.DEFAULT,
                1,
                LoopBounds.DEFAULT,
                failures::add);
    }

    @Test
    void triesNoMoreOnceTheSequencerHasEnded() {
        eventLoop.freezeTime();
        fillSequencer();
        loop.submitSurely(new Event.Ticked());
        assertThat(nextTaskNanos()).isNotEqualTo(NO_TASK);

        loop.end();
        eventLoop.runPendingTasks();

        assertThat(nextTaskNanos()).isEqualTo(NO_TASK);
    }

    @Test
    void doesNotBeginToTryOnceTheSequencerHasEnded() {
        eventLoop.freezeTime();
        fillSequencer();
        loop.end();
        eventLoop.runPendingTasks();

        loop.submitSurely(new Event.Ticked());

        assertThat(nextTaskNanos()).isEqualTo(NO_TASK);
    }

    @Test
    void nothingOvertakesWhatTheSequencerMustLearnAndHadNoRoomFor() {
        eventLoop.freezeTime();
        fillSequencer();
        Event before = new Event.StoodStill(1);
        loop.submitSurely(before);
        sequencer.poll();

        assertThat(loop.submit(new Event.StoodStill(2))).isFalse();

        nextTaskNanos();
        sequencer.poll();
        assertThat(sequencer.poll()).isSameAs(before);
        assertThat(loop.submit(new Event.StoodStill(2))).isTrue();
    }

    /** Else what is put behind its last look at the inbox, with no other to come, would wait there for ever. */
    @Test
    void whoeverWakesItInTheMiddleOfItsTurnHasItTakeAnother() {
        AtomicBoolean comesBack = new AtomicBoolean();
        loop.inbox().put(() -> {
            loop.inbox().put(() -> {});
            loop.inbox().wake();
            comesBack.set(eventLoop.hasPendingTasks());
        });
        loop.inbox().wake();

        eventLoop.runPendingTasks();

        assertThat(comesBack).isTrue();
    }

    @Test
    void nothingIsDoneBehindAnEventThatIsLost() {
        List<String> done = new ArrayList<>();
        loop.inbox().put(() -> done.add("before"));
        loop.inbox().putEvent(1, () -> {
            throw new IllegalStateException("lost");
        });
        loop.inbox().put(() -> done.add("behind"));

        loop.drainInboxUpTo(1);
        loop.inbox().put(() -> {
            throw new AssertionError("behind");
        });
        loop.inbox().wake();
        eventLoop.runPendingTasks();
        loop.drainInbox();

        assertThat(done).containsExactly("before");
        assertThat(failures).singleElement().asString().contains("lost");
    }

    @Test
    void nothingIsSentOnceAnEventIsLost() {
        EmbeddedChannel socket = new EmbeddedChannel();
        LoopConnection client = accepted(socket);
        loop.inbox().put(() -> client.sendEvent(new byte[1]));
        loop.inbox().putEvent(1, () -> {
            throw new AssertionError("lost");
        });
        loop.inbox().put(() -> client.sendEvent(new byte[1]));

        loop.inbox().wake();
        eventLoop.runPendingTasks();
        loop.transport().flushAll();

        assertThat(failures).singleElement().asString().contains("lost");
        assertThat(socket.isOpen()).isFalse();
        assertThat(socket.<ByteBuf>readOutbound()).isNull();
    }

    private LoopConnection accepted(EmbeddedChannel socket) {
        ServerSettings settings = ServerSettings.inMemory();
        Authentication authentication = new Authentication(settings.features().auth());
        ConnectionServices services = new ConnectionServices(
                settings,
                reads,
                watches,
                new Credentials(authentication, () -> new Random(1)),
                new SimulatedRuntime.NoWords(),
                new ServerMetrics(),
                Clock.system());
        List<LoopConnection> connections = new ArrayList<>();
        SimulatedPort.accept(
                socket, new InetSocketAddress("10.0.0.1", 40_000), loop.transport(), settings.limits(), channel -> {
                    connections.add(new LoopConnection(channel, loop, services));
                    return connections.get(0);
                });
        return connections.get(0);
    }

    @Test
    void whatGoesWrongWhileItTriesAgainEndsTheServer() {
        eventLoop.freezeTime();
        fillSequencer();
        loop.submitSurely(new Event.Ticked());
        sequencer.poll();
        bellBreaks = true;

        nextTaskNanos();

        assertThat(failures).singleElement().asString().contains("bell");
    }

    /** Else nobody would learn that the round is over, and no session would end any more. */
    @Test
    void whatGoesWrongInARoundOfTicksEndsTheServer() {
        TickRound round = new TickRound(List.of(loop), this::ring, 1_000);
        bellBreaks = true;

        round.start(0);
        loop.inbox().wake();
        eventLoop.runPendingTasks();
        eventLoop.runScheduledPendingTasks();

        assertThat(failures).singleElement().asString().contains("bell");
    }

    /** Else those whose turn it would have been would never learn of what they watch. */
    @Test
    void whatGoesWrongWhenEventsAreWrittenOutInTurnEndsTheServer() {
        SharedFrames event = new SharedFrames(new byte[1]);
        loop.inbox().put(() -> {
            for (int i = 0; i < TOLD_AT_ONCE; i++) {
                accepted(new EmbeddedChannel()).sendSharedEvent(event);
            }
            accepted(new Memoryless()).sendSharedEvent(event);
        });
        loop.inbox().wake();

        eventLoop.runPendingTasks();
        eventLoop.runScheduledPendingTasks();

        assertThat(failures).singleElement().asString().contains("no memory");
    }

    @Test
    void whatGoesWrongWhenAnswersAreWrittenOutBehindALookEndsTheServer() {
        Memoryless socket = new Memoryless();
        accepted(socket).sendSharedEvent(new SharedFrames(new byte[1]));

        socket.pipeline().fireChannelReadComplete();
        eventLoop.runPendingTasks();

        assertThat(failures).singleElement().asString().contains("no memory");
    }

    /** Else the turn that was rung for is not taken either, and nobody comes to know. */
    @Test
    void whatGoesWrongWhenAnswersAreWrittenOutBeforeTheTurnOfAnAgentEndsTheServer() {
        LoopBell bell = new LoopBell(loop.transport());
        new AgentOnLoop(new IdleAgent(), bell, loop, Clock.system(), 1, (role, failure) -> failures.add(failure))
                .start();
        accepted(new Memoryless()).sendSharedEvent(new SharedFrames(new byte[1]));

        eventLoop.runPendingTasks();

        assertThat(failures).singleElement().asString().contains("no memory");
    }

    private static final class IdleAgent implements Agent {
        @Override
        public String role() {
            return "idle";
        }

        @Override
        public int doWork(long nowNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public void onClose() {}
    }

    /** Nothing can be gathered for it. */
    private static final class Memoryless extends EmbeddedChannel {
        @Override
        public ByteBufAllocator alloc() {
            throw new IllegalStateException("no memory");
        }
    }

    private void ring() {
        if (bellBreaks) {
            throw new IllegalStateException("bell");
        }
    }

    @Test
    void isFullOfManyRequestsAndOfAFewLargeOnes() {
        loop.countOutstanding(FlowSettings.DEFAULT.outstandingRequestsMax(), 1);
        assertThat(loop.isFull()).isTrue();
        loop.countOutstanding(-1, 0);
        assertThat(loop.isFull()).isFalse();

        loop.countOutstanding(0, FlowSettings.DEFAULT.outstandingBytesMax() - 1);
        assertThat(loop.isFull()).isTrue();
        assertThat(loop.counters().outstandingBytes()).isEqualTo(FlowSettings.DEFAULT.outstandingBytesMax());
        loop.countOutstanding(0, -1);
        assertThat(loop.isFull()).isFalse();
    }

    private void fillSequencer() {
        while (sequencer.offer(new Event.Ticked())) {
            assertThat(sequencer.size()).isLessThanOrEqualTo(CAPACITY);
        }
    }

    /** Lets the next attempt be made, and returns after how long there is another. */
    private long nextTaskNanos() {
        eventLoop.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        return eventLoop.runScheduledPendingTasks();
    }
}
