package baton.server.runtime;

import baton.server.request.Effect;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the sequencer has for a loop, in order.
 *
 * <p>It has no bound of its own, since the sequencer must not wait for a loop that may itself wait at the tree's gate. What
 * is in it is bounded all the same: answers by the requests that were let in, and the sequencer lets no more in while it is
 * {@linkplain #isLong long}.
 *
 * <p>For the sequencer's thread, except where it says otherwise.
 */
final class LoopInbox {
    private static final int CHUNK = 1024;

    // Answers as they are, for there are many; anything else is a Runnable.
    private final MpscUnboundedVarHandleArrayQueue<Object> tasks = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);
    private final int lengthMax;
    private final Runnable wakeLoop;
    private final Bell sequencer;
    private final AtomicBoolean woken = new AtomicBoolean();

    // Written by the sequencer's thread: something was put in since the loop was last woken.
    private boolean toWake;

    // Set by the sequencer's thread, and taken back by the loop.
    private volatile boolean toRing;

    /** Sends an event to whom it concerns. */
    private record EventOf(long zxid, Runnable sending) implements Runnable {
        @Override
        public void run() {
            sending.run();
        }
    }

    /**
     * @param lengthMax from which on it is long
     * @param wakeLoop callable from any thread
     */
    LoopInbox(int lengthMax, Runnable wakeLoop, Bell sequencer) {
        this.lengthMax = lengthMax;
        this.wakeLoop = wakeLoop;
        this.sequencer = sequencer;
    }

    /** Gives the loop something to do; it may learn of it only when it is {@linkplain #wake woken}. */
    void put(Runnable task) {
        offer(task);
    }

    /** Gives the loop an answer to one of its connections, likewise. */
    void putAnswer(Effect.Answer answer) {
        offer(answer);
    }

    /** Gives the loop an event to send, likewise. */
    void putEvent(long zxid, Runnable sending) {
        offer(new EventOf(zxid, sending));
    }

    private void offer(Object task) {
        tasks.offer(task);
        toWake = true;
    }

    /** Wakes the loop if there is something new for it. */
    void wake() {
        if (toWake) {
            toWake = false;
            if (woken.compareAndSet(false, true)) {
                wakeLoop.run();
            }
        }
    }

    /** Says whether the loop has a lot to do before it needs more. */
    boolean isLong() {
        return size() > lengthMax;
    }

    /** Has the loop ring the sequencer when it has done what is in here by now. */
    void ringBehindThat() {
        if (!toRing) {
            toRing = true;
            put(() -> {
                toRing = false;
                sequencer.ring();
            });
        }
    }

    /** Says whether the loop is going to ring, so that there is no need to look at it until then. */
    boolean isToRing() {
        return toRing;
    }

    /** Returns how much is in it. Callable from any thread. */
    int size() {
        return tasks.size();
    }

    /** The loop takes its turn: who puts something in from now on has to wake it again. For the loop. */
    void awake() {
        woken.set(false);
    }

    /** Takes out an {@link Effect.Answer} or a {@link Runnable}; null if there is nothing. For the loop. */
    @Nullable
    Object poll() {
        return tasks.poll();
    }

    /** Likewise, but no event of a later change, nor anything behind it. For the loop. */
    @Nullable
    Object pollUpTo(long zxid) {
        Object task = tasks.peek();
        return task == null || task instanceof EventOf event && event.zxid > zxid ? null : tasks.poll();
    }
}
