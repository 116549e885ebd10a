package baton.server.runtime;

import baton.server.request.Event;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** The one queue through which all requests reach the sequencer. Bounded: who finds it full stops reading sockets. */
final class SequencerInbox {
    private static final int CAPACITY = 1 << 14;

    private final MpscVarHandleArrayQueue<Event> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final Bell bell;

    /** @param bell tells the sequencer that something has come */
    SequencerInbox(Bell bell) {
        this.bell = bell;
    }

    Bell bell() {
        return bell;
    }

    /** Callable from any thread; false if it is full. */
    boolean offer(Event event) {
        if (!queue.offer(event)) {
            return false;
        }
        bell.ring();
        return true;
    }

    /** For the sequencer. */
    @Nullable
    Event poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
