package baton.server.runtime;

import baton.server.request.Event;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** The one queue through which all requests reach the sequencer. Bounded: who finds it full stops reading sockets. */
final class SequencerInbox {
    static final int CAPACITY = 1 << 14;

    private final MpscVarHandleArrayQueue<Event> queue;
    private final ConcurrentLinkedQueue<Runnable> questions = new ConcurrentLinkedQueue<>();
    private final Bell bell;

    /**
     * @param capacity how many requests it has room for
     * @param bell tells the sequencer that something has come
     */
    SequencerInbox(int capacity, Bell bell) {
        this.queue = new MpscVarHandleArrayQueue<>(capacity);
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

    /** Has the sequencer run a short look at its state; for operators, so there are few. Callable from any thread. */
    void ask(Runnable question) {
        questions.add(question);
        bell.ring();
    }

    /** For the sequencer. */
    @Nullable
    Runnable pollQuestion() {
        return questions.poll();
    }

    /** For the sequencer. */
    @Nullable
    Event poll() {
        return queue.poll();
    }

    boolean hasQuestions() {
        return !questions.isEmpty();
    }

    /** Returns how many requests wait. */
    int size() {
        return queue.size();
    }

    /** Says whether no request waits. */
    boolean isEmpty() {
        return queue.isEmpty();
    }
}
