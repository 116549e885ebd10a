package baton.server.runtime;

import baton.server.storage.StuckDiskException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that the others get on: that the disk answers, and that loops and sequencer turn.
 *
 * <p>It waits for none of them: who is with a disk that hangs cannot say so, and no more can a loop that never comes to an end.
 * Either ends the server, as a disk that fails does. The stacks are written first, which tell why and are gone a moment later.
 * A disk that hangs for snapshots alone is only said.
 */
final class Watchdog implements Agent {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final int FRAMES_MAX = 40;

    /** To be asked takes a turn. */
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LogAgent logAgent;
    private final Patience patience;
    private final Optional<SnapshotAgent> snapshots;
    private final LifeSigns others;
    private final Runnable lastWords;
    private long lookAtNanos;
    private long askAtNanos = Long.MIN_VALUE;
    private long callSeen;
    private long excusedUntilNanos = Long.MIN_VALUE;

    /**
     * @param patience with the log's disk
     * @param lastWords run before the server ends
     */
    Watchdog(
            LogAgent logAgent,
            Patience patience,
            Optional<SnapshotAgent> snapshots,
            LifeSigns others,
            Runnable lastWords) {
        this.logAgent = logAgent;
        this.patience = patience;
        this.snapshots = snapshots;
        this.others = others;
        this.lastWords = lastWords;
    }

    @Override
    public String role() {
        return ServerThreads.WATCHDOG;
    }

    /** While the disk takes long over one call it alone is judged, and a little longer: who waits for it does not turn either. */
    @Override
    public int doWork(long nowNanos) throws StuckDiskException, StalledException {
        lookAtNanos = nowNanos + patience.lookNanos();
        if (patience.isOver(logAgent.diskCall(), nowNanos)) {
            lastWords.run();
            throw new StuckDiskException(patience.limitMillis());
        }
        if (snapshots.isPresent()) {
            snapshots.get().lookAfter(nowNanos);
        }
        if (nowNanos >= askAtNanos) {
            askAtNanos = nowNanos + ASK_NANOS;
            requireThatOthersTurn(nowNanos);
        }
        return 0;
    }

    private void requireThatOthersTurn(long nowNanos) throws StalledException {
        Optional<String> stalled = others.stalled();
        long call = logAgent.diskCall();
        // Odd while it lasts. A disk that is busy with one short call after the other excuses nobody.
        if (call == callSeen && (call & 1) == 1) {
            excusedUntilNanos = nowNanos + 2 * ASK_NANOS;
        }
        callSeen = call;
        if (stalled.isPresent() && nowNanos >= excusedUntilNanos) {
            lastWords.run();
            throw new StalledException(stalled.get());
        }
    }

    @Override
    public long deadlineNanos() {
        return lookAtNanos;
    }

    @Override
    public boolean hasWork() {
        return false;
    }

    @Override
    public void onClose() {}

    /** Writes the stacks of the server's threads into the log. */
    static void logStacks() {
        StringBuilder shown = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = each.getKey();
            if (thread.getName().startsWith(ServerThreads.PREFIX)) {
                show(thread, each.getValue(), shown);
            }
        }
        LastWords.say(() -> log.error("somebody does not get on, the stacks of the server's threads:{}", shown));
    }

    private static void show(Thread thread, StackTraceElement[] frames, StringBuilder shown) {
        shown.append('\n').append(thread.getName()).append(' ').append(thread.getState());
        for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
            shown.append("\n    at ").append(frames[i]);
        }
    }
}
