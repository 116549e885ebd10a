package baton.server.sim.world;

import baton.server.sim.history.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one queue of everything that is going to happen, in the order of time and, at one time, of arrival; and the running
 * hash of everything that has happened.
 */
final class VirtualTime {
    private static final long HASH_FACTOR = 0x100000001b3L;

    /** Rule DT-6: some sixty times what a run takes. */
    private static final long STEPS_MAX = 3_000_000;

    /** Something that is going to happen, unless it is cancelled. */
    static final class Timer {
        private final long atNanos;
        private final long order;
        private @Nullable Runnable turn;

        private Timer(long atNanos, long order, Runnable turn) {
            this.atNanos = atNanos;
            this.order = order;
            this.turn = turn;
        }

        void cancel() {
            turn = null;
        }
    }

    private final PriorityQueue<Timer> queue = new PriorityQueue<>((one, other) -> one.atNanos == other.atNanos
            ? Long.compare(one.order, other.order)
            : Long.compare(one.atNanos, other.atNanos));
    private long nowNanos;
    private long nextOrder;
    private long steps;
    private long hash = 0xcbf29ce484222325L;
    private @Nullable List<String> lines;

    long nowNanos() {
        return nowNanos;
    }

    /** Returns a number that depends on everything noted so far, and on which turn came when. */
    long hash() {
        return hash;
    }

    /** Takes something that happened into the hash. */
    void note(String kind, long digest) {
        for (int i = 0; i < kind.length(); i++) {
            hash = (hash ^ kind.charAt(i)) * HASH_FACTOR;
        }
        mix(digest);
        trace(() -> kind + " " + digest);
    }

    private void mix(long digest) {
        hash = (hash ^ nowNanos) * HASH_FACTOR;
        hash = (hash ^ digest) * HASH_FACTOR;
        hash ^= hash >>> 32;
    }

    /** Begins to keep lines, in the list that is returned. */
    List<String> startTrace() {
        lines = new ArrayList<>();
        return lines;
    }

    /** Keeps a line under the time it is, if lines are kept. */
    void trace(Supplier<String> line) {
        if (lines != null) {
            lines.add(String.format("%,15d us  %s", nowNanos / 1000, line.get()));
        }
    }

    Timer after(long nanos, Runnable turn) {
        Timer timer = new Timer(nowNanos + Math.max(0, nanos), nextOrder++, turn);
        queue.add(timer);
        return timer;
    }

    /** Returns how many things have happened so far: turns of threads, bytes that arrive, timers. */
    long steps() {
        return steps;
    }

    /**
     * Lets the next thing happen, unless that is later than the given time; false if so.
     *
     * @throws Violation if so much has happened that the run cannot be going to end
     */
    boolean runNext(long untilNanos) {
        Timer next = queue.peek();
        if (next == null || next.atNanos > untilNanos) {
            return false;
        }
        queue.remove();
        Runnable turn = next.turn;
        if (turn != null) {
            nowNanos = Math.max(nowNanos, next.atNanos);
            steps++;
            if (steps > STEPS_MAX) {
                throw new Violation("DT-6", "the run does not come to an end");
            }
            mix(next.order);
            turn.run();
        }
        return true;
    }

    /** Lets everything happen up to a time, and turns the clock there. */
    void runUntil(long untilNanos) {
        while (runNext(untilNanos)) {}
        nowNanos = Math.max(nowNanos, untilNanos);
    }
}
