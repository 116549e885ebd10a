package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.auth.AccessControl;
import baton.server.config.FlowSettings;
import baton.server.request.Event;
import baton.server.request.ReadRequests;
import baton.server.session.ClientConnection;
import baton.server.transport.SimulatedPort;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchTable;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An event loop outlives the server that used it: what is for a sequencer that has ended leaves nothing behind on it. */
class ClientLoopTest {
    private static final long NO_TASK = -1;
    private static final int CAPACITY = 2;

    private final EmbeddedChannel eventLoop = new EmbeddedChannel();
    private final SequencerInbox sequencer = new SequencerInbox(CAPACITY, () -> {});
    private final List<Throwable> failures = new ArrayList<>();
    private final ClientLoop loop = loop();

    private ClientLoop loop() {
        WatchTable<ClientConnection> watches = new WatchTable<>();
        ReadRequests reads = new ReadRequests(ZnodeTree.fresh(), watches, AccessControl.standard(), Integer.MAX_VALUE);
        return new ClientLoop(
                SimulatedPort.loop(eventLoop.eventLoop(), 0),
                sequencer,
                reads.nodeReads(),
                FlowSettings.DEFAULT,
                1,
                LoopBounds.DEFAULT,
                (role, failure) -> failures.add(failure));
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
        loop.put(() -> {
            loop.put(() -> {});
            loop.wake();
            comesBack.set(eventLoop.hasPendingTasks());
        });
        loop.wake();

        eventLoop.runPendingTasks();

        assertThat(comesBack).isTrue();
    }

    @Test
    void whatGoesWrongWithAnAnswerOrAnEventEndsTheServer() {
        List<String> done = new ArrayList<>();
        for (String each : List.of("one", "two")) {
            loop.putEvent(1, () -> {
                throw new IllegalStateException(each);
            });
            loop.put(() -> done.add(each));
        }

        loop.drainInboxUpTo(1);
        assertThat(failures).extracting(Throwable::getMessage).containsExactly("one", "two");
        assertThat(done).containsExactly("one", "two");

        loop.put(() -> {
            throw new AssertionError("three");
        });
        loop.wake();
        eventLoop.runPendingTasks();
        assertThat(failures).last().asString().contains("three");
    }

    @Test
    void isFullOfManyRequestsAndOfAFewLargeOnes() {
        loop.countOutstanding(FlowSettings.DEFAULT.outstandingRequestsMax(), 1);
        assertThat(loop.isFull()).isTrue();
        loop.countOutstanding(-1, 0);
        assertThat(loop.isFull()).isFalse();

        loop.countOutstanding(0, FlowSettings.DEFAULT.outstandingBytesMax() - 1);
        assertThat(loop.isFull()).isTrue();
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
