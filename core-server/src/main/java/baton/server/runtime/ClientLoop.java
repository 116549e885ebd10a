package baton.server.runtime;

import baton.server.auth.Authentication;
import baton.server.auth.Identity;
import baton.server.config.FlowSettings;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.NodeReads;
import baton.server.transport.TransportLoop;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its connections.
 *
 * <p>Confined to the loop, except where it says otherwise.
 */
final class ClientLoop {
    private static final long RETRY_MILLIS = 1;

    private final TransportLoop transport;
    private final SequencerInbox sequencer;
    private final int outstandingRequestsMax;
    private final NodeReads nodeReads;
    private final long outstandingBytesMax;
    private final LoopBounds bounds;
    private final Consumer<Throwable> onFailure;

    private final LoopInbox inbox;
    private final LoopCounters counters = new LoopCounters();
    private final AnswerFrames answers = new AnswerFrames();
    private final LoopRoster<LoopConnection> connections = new LoopRoster<>();
    private final Set<LoopConnection> strangers = new LinkedHashSet<>();
    private final WaitingLine<LoopConnection> resumable = new WaitingLine<>();
    private final WaitingLine<LoopConnection> stalled = new WaitingLine<>();
    private final ArrayDeque<Event> undelivered = new ArrayDeque<>();
    private final Runnable retryAgain = inTurn(this::retryAgain);
    private final Runnable flush = inTurn(() -> {});

    private @Nullable LoopConnection speaker;
    private @Nullable InetAddress lastAddress;
    private List<Identity> lastIdentities = List.of();
    private int outstandingRequests;
    private long outstandingBytes;
    private boolean retrying;
    private boolean ended;

    /** An answer or an event is lost: nothing is sent any more, for it would leave behind that. */
    private boolean broken;

    // Written by the loop: something is undelivered.
    private volatile boolean owing;

    // Written by the loop.
    private final AtomicLong speakers = new AtomicLong();

    /**
     * @param loopCount how many loops share what may be inside the server
     * @param onFailure ends the server; called on the loop, once at most, with what went wrong
     */
    ClientLoop(
            TransportLoop transport,
            SequencerInbox sequencer,
            NodeReads nodeReads,
            FlowSettings flow,
            int loopCount,
            LoopBounds bounds,
            Consumer<Throwable> onFailure) {
        this.transport = transport;
        this.sequencer = sequencer;
        this.nodeReads = nodeReads;
        this.outstandingRequestsMax = Math.max(1, flow.outstandingRequestsMax() / loopCount);
        this.outstandingBytesMax = flow.outstandingBytesMax() / loopCount;
        this.bounds = bounds;
        Runnable turn = inTurn(this::takeTurn);
        this.inbox = new LoopInbox(bounds.inboxLong(), () -> transport.execute(turn), sequencer.bell());
        this.onFailure = onFailure;
        transport.onFailure(this::fail);
    }

    // For the sequencer.

    /** Returns what the sequencer has for the loop. */
    LoopInbox inbox() {
        return inbox;
    }

    /** Says whether the loop has something that the sequencer must learn, and for which it had no room so far. */
    boolean isOwing() {
        return owing;
    }

    /** Returns how often another connection has asked for something than the one before. */
    long speakers() {
        return speakers.getOpaque();
    }

    // For any thread.

    LoopCounters counters() {
        return counters;
    }

    /** Returns the connections; some may come or go meanwhile. */
    Set<LoopConnection> connections() {
        return connections.copy();
    }

    TransportLoop transport() {
        return transport;
    }

    /** Gives up what the sequencer, which has ended, did not take: the event loop may go on, and must not keep it. */
    void end() {
        transport.execute(() -> {
            ended = true;
            undelivered.clear();
            owing = false;
            stalled.clear();
        });
    }

    // For the loop.

    /**
     * Takes in what the sequencer has sent up to an event of a later change than the zxid. To be called between a read and
     * its answer: events of what the read saw leave before the answer, and one that the watch which the read has just set
     * already fired leaves behind it; a client that does not know of its watch yet would drop it.
     */
    void drainInboxUpTo(long zxid) {
        for (Object task = inbox.pollUpTo(zxid); task != null; task = inbox.pollUpTo(zxid)) {
            carryOut(task);
        }
    }

    // Whoever reads while this goes wrong has nothing to do with it, and whom it concerns would never learn what is
    // lost.
    private void carryOut(Object task) {
        if (broken) {
            return;
        }
        try {
            if (task instanceof Effect.Answer answer) {
                ((LoopConnection) answer.to()).answer(answer);
            } else {
                ((Runnable) task).run();
            }
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (!broken) {
            broken = true;
            try {
                onFailure.accept(failure);
            } finally {
                connections().forEach(LoopConnection::cutOff);
            }
        }
    }

    /** Takes in everything the sequencer has sent so far. */
    void drainInbox() {
        for (Object task = inbox.poll(); task != null; task = inbox.poll()) {
            carryOut(task);
        }
    }

    NodeReads nodeReads() {
        return nodeReads;
    }

    AnswerFrames answers() {
        return answers;
    }

    void add(LoopConnection connection) {
        transport.assertCurrent();
        connections.add(connection);
        strangers.add(connection);
        if (strangers.size() > bounds.strangersMax()) {
            // Whoever has said nothing for longest goes first; his end comes later, and others may have come by then.
            LoopConnection oldest = strangers.iterator().next();
            strangers.remove(oldest);
            oldest.turnOut();
        }
        counters.setStrangers(strangers.size());
    }

    /** Returns who comes from the address. Those who come from one place one after the other share the answer. */
    List<Identity> identitiesOf(InetAddress address, Authentication authentication) {
        if (!address.equals(lastAddress)) {
            lastAddress = address;
            lastIdentities = authentication.ofAddress(address.getHostAddress());
        }
        return lastIdentities;
    }

    /** The connection has asked for its session. */
    void introduced(LoopConnection connection) {
        noStranger(connection);
    }

    private void noStranger(LoopConnection connection) {
        strangers.remove(connection);
        counters.setStrangers(strangers.size());
    }

    void remove(LoopConnection connection) {
        connections.remove(connection);
        noStranger(connection);
        if (speaker == connection) {
            speaker = null;
        }
    }

    /** The connection asks for something. */
    void asks(LoopConnection connection) {
        if (connection != speaker) {
            speaker = connection;
            speakers.setOpaque(speakers.getPlain() + 1);
        }
    }

    /** Says whether so much is inside the server that no more may come in. */
    boolean isFull() {
        return outstandingRequests >= outstandingRequestsMax || outstandingBytes >= outstandingBytesMax;
    }

    /** Gives a request to the sequencer; false if there is no room. */
    boolean submit(Event event) {
        return undelivered.isEmpty() && sequencer.offer(event);
    }

    /** Gives the sequencer what it must learn, now or when there is room. */
    void submitSurely(Event event) {
        if (!submit(event)) {
            undelivered.add(event);
            owing = true;
            retryLater();
        }
    }

    /** Tries the connection's input again when there is room in the server. */
    void stall(LoopConnection connection) {
        stalled.add(connection);
        retryIfThereIsRoom();
    }

    /** Tries the connection's input again when the inbox is empty. */
    void resume(LoopConnection connection) {
        resumable.add(connection);
    }

    void countOutstanding(int requests, long bytes) {
        outstandingRequests += requests;
        outstandingBytes += bytes;
        counters.countOutstanding(requests, bytes);
        if (requests < 0) {
            retryIfThereIsRoom();
        }
    }

    /**
     * Makes sure that no client seems silent because we did not listen: called after a look at the sockets, so those that
     * could be heard have been.
     */
    void excuseHeldBack() {
        connections.forEach(LoopConnection::excuseIfHeldBack);
    }

    /** Writes out what was sent; what goes wrong in it ends the server. */
    void flush() {
        flush.run();
    }

    /** Does it behind a look at the sockets; what goes wrong in it ends the server. */
    void executeAfterReading(Runnable work) {
        transport.executeAfterReading(inTurn(work));
    }

    // The outermost frame of what the loop does for the sequencer: the event loop itself would go on as if nothing had
    // happened.
    private Runnable inTurn(Runnable work) {
        return () -> {
            if (broken) {
                return;
            }
            try {
                work.run();
                if (!broken) {
                    transport.flushAll();
                }
            } catch (Throwable failure) {
                fail(failure);
            }
        };
    }

    private void takeTurn() {
        inbox.awake();
        drainInbox();
        // First those who found the server full: else who has had his share would take what he gives back.
        if (!stalled.isEmpty() && !isFull()) {
            retry();
        }
        // Their input can bring more to resume, through the inbox.
        while (!resumable.isEmpty()) {
            resumable.takeFirst().resume();
        }
    }

    // A full loop has answers to wait for, which make room.
    private void retryIfThereIsRoom() {
        if (!stalled.isEmpty() && !isFull()) {
            retryLater();
        }
    }

    // The sequencer's queue is full of other loops' requests: no answer to ours will remind us.
    private void retryLater() {
        if (!retrying && !ended) {
            retrying = true;
            transport.executeAfter(RETRY_MILLIS, retryAgain);
        }
    }

    private void retryAgain() {
        retrying = false;
        retry();
    }

    private void retry() {
        deliver();
        // Who does not get in stands in line again.
        for (int i = stalled.size(); i > 0 && !isFull(); i--) {
            stalled.takeFirst().resume();
        }
        if (!undelivered.isEmpty()) {
            retryLater();
        }
        retryIfThereIsRoom();
    }

    private void deliver() {
        while (!undelivered.isEmpty() && sequencer.offer(undelivered.peek())) {
            undelivered.remove();
        }
        if (owing && undelivered.isEmpty()) {
            // Not before all of it is in the queue: who sees that nothing is owed must find it there. And by then the
            // sequencer may have taken it, and wait for nothing but this.
            owing = false;
            sequencer.bell().ring();
        }
    }
}
