package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.Zxid;
import baton.server.config.StorageSettings.Purge;
import baton.server.storage.FileStorage;
import baton.server.storage.NodeOutput;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotSource;
import baton.server.storage.StorageException;
import baton.server.storage.WrittenSnapshot;
import baton.server.tree.TreePosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots beside the running server, deletes old files, keeps a reserve for the log and fills its next file.
 *
 * <p>What cannot be written is no harm yet: the log has everything. It is said, nothing is deleted unless it was only space
 * that lacked, and it is tried again at growing intervals, the same snapshot not before the rest from it is over. What is
 * deleted, and when, {@link OldFiles} knows.
 *
 * <p>A disk that hangs while it is given something to do here is said and counted like one that fails, by the {@link Watchdog},
 * for this thread cannot. Everything else goes on: the log has a thread, and a patience, of its own.
 *
 * <p>The log needs the disk, too, and others the processor. So after each snapshot this agent {@linkplain #rests rests} nine
 * times as long as that took by itself, and for so long a log that grows is no reason for another, unless it grows very long.
 *
 * <p>When the server stops and there is no time left, a snapshot is given up, for the log has everything; and so is the
 * reading and deleting of old files, for the next server does that.
 *
 * <p>The log's next file is {@linkplain NextLogFilling filled} also in the middle of a snapshot or of what is read again.
 *
 * <p>At long intervals every file is read, and everything else is done meanwhile. If one is damaged, a new snapshot of what is in
 * memory makes it unnecessary.
 */
final class SnapshotAgent implements Agent {
    private static final Logger log = LoggerFactory.getLogger(SnapshotAgent.class);

    /** How long a server usually lets pass before it reads every file again: a day. */
    static final long SCRUB_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final long RETRY_NANOS_FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /** How many times as long as a snapshot took none follows only because the log has grown. */
    private static final int RESTS_AFTER_SNAPSHOT = 9;

    /** While one is written: nobody knows how long that takes. */
    private static final long UNTIL_WRITTEN_NANOS = Long.MAX_VALUE / 2;

    private static final long NEVER = Long.MIN_VALUE;

    private final FileStorage storage;
    private final OldFiles old;
    private final long scrubNanos;
    private final Bell bell;
    private final ServerMetrics metrics;
    private final DiskProgress progress;
    private final Clock clock;
    private final NextLogFilling nextLog;
    private final ConcurrentLinkedQueue<Runnable> errands = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable StateSnapshot> ordered = new AtomicReference<>();
    private final Bell sequencer;
    private volatile boolean spaceIsLow;
    private volatile boolean wanted;
    private volatile boolean hurried;

    // Written by this agent's thread.
    private @Nullable StateSnapshot unwritten;
    private boolean unwrittenFailed;
    private long scrubAtNanos;
    private long retryNanos = RETRY_NANOS_FIRST;
    private long retryAtNanos = NEVER;
    private volatile long restsFromSnapshotUntilNanos;

    /**
     * Makes the agent.
     *
     * @param scrubNanos after how long every file is read again
     * @param bell wakes this agent
     * @param sequencer wakes the one that can order a snapshot
     * @param patience with each piece of what this agent gives the disk to do
     * @param clock that of the turns, which may be long
     */
    SnapshotAgent(
            FileStorage storage,
            Purge purge,
            long scrubNanos,
            Bell bell,
            Bell sequencer,
            ServerMetrics metrics,
            Patience patience,
            Clock clock) {
        this.storage = storage;
        this.scrubNanos = scrubNanos;
        this.bell = bell;
        this.sequencer = sequencer;
        this.metrics = metrics;
        this.progress = new DiskProgress(patience);
        this.clock = clock;
        this.nextLog = new NextLogFilling(storage.nextLog(), clock);
        long nowNanos = clock.nanos();
        this.restsFromSnapshotUntilNanos = nowNanos;
        this.scrubAtNanos = nowNanos + scrubNanos;
        this.old = new OldFiles(storage.snapshots(), purge, this::requireTime, nowNanos);
    }

    /** Orders a snapshot, in place of one that was ordered and is not begun. Callable from any thread. */
    void order(StateSnapshot state) {
        wanted = false;
        ordered.set(state);
        bell.ring();
    }

    /** Says whether a snapshot should be ordered though the log is not long enough. Callable from any thread. */
    boolean isWanted() {
        return wanted;
    }

    /**
     * Says whether a snapshot is being written, or the last one, whoever ordered it and whatever became of it, took more than
     * a tenth of the time since it was begun. Callable from any thread.
     */
    boolean rests(long nowNanos) {
        return nowNanos - restsFromSnapshotUntilNanos < 0;
    }

    /** Says whether space is low from now on. Callable from any thread. */
    void spaceIsLow(boolean low) {
        spaceIsLow = low;
        bell.ring();
    }

    /**
     * Says that a recount has come to the right digest, or that the tree was just read back, and that the next recount begins.
     * For the sequencer, if it recounts at all.
     *
     * @return the newest snapshot that was there before the tree was found sound: it has nothing of damage that came since
     */
    Path treeIsSound() {
        return old.treeIsSound(newest().file());
    }

    /** Says it if the disk does not answer this agent. For the {@link Watchdog}. */
    void lookAfter(long nowNanos) {
        if (progress.hasStopped(nowNanos)) {
            metrics.count(Tally.SNAPSHOT_DISK_STUCK_COUNT);
            log.error(
                    "the disk has not answered for={}ms; snapshots, deletions and the next log file stand still, the log goes on",
                    progress.limitMillis());
        }
    }

    /** Has the agent do something with files for an operator, between snapshots. Callable from any thread. */
    void run(Runnable errand) {
        errands.add(errand);
        bell.ring();
    }

    /**
     * Writes a snapshot for an operator, whatever was ordered. Only as an errand.
     *
     * @param room to bring it to one moment in, if the state changes while it is written: without its log it is of no use
     *     else. Nothing if there is no memory for that
     */
    TakenSnapshot take(StateSnapshot state, Optional<StateReplay> room) throws StorageException {
        try {
            if (!isOutdated(state)) {
                write(state);
            }
            if (room.isPresent() && state.endPosition().zxid() > newest().zxid()) {
                writeOfOneMoment(state, room.get());
            }
        } catch (StorageException e) {
            metrics.count(Tally.SNAPSHOT_ERROR_COUNT);
            throw e;
        }
        return new TakenSnapshot(newest(), storage.snapshots().open(newest()));
    }

    /** Says whether there is a newer snapshot, for whose sake the logs behind this one may have been deleted. */
    private boolean isOutdated(StateSnapshot state) {
        return state.zxid() < newest().zxid();
    }

    private WrittenSnapshot newest() {
        return storage.snapshots()
                .newest()
                .orElseThrow(() -> new IllegalStateException("a directory without a snapshot"));
    }

    private void writeOfOneMoment(StateSnapshot fuzzy, StateReplay replay) throws StorageException {
        TreePosition end = fuzzy.endPosition();
        storage.read(newest(), end.zxid(), replay, this::requireTime);
        TreePosition reached = replay.state().tree().position();
        if (!reached.equals(end)) {
            throw new IllegalStateException("the files lead to " + reached + ", but the tree is at " + end);
        }
        replay.state().tree().replayed();
        write(fuzzy.of(replay.state()));
    }

    @Override
    public String role() {
        return ServerThreads.SNAPSHOT;
    }

    @Override
    public void hurry() {
        hurried = true;
        bell.ring();
    }

    @Override
    public int doWork(long nowNanos) {
        progress.begin();
        try {
            return doAll(nowNanos);
        } finally {
            progress.end();
        }
    }

    private int doAll(long nowNanos) {
        int work = doWhatCannotWait(nowNanos);
        if (nowNanos >= scrubAtNanos) {
            scrub();
            scrubAtNanos = nowNanos + scrubNanos;
            work++;
        }
        return work;
    }

    private int doWhatCannotWait(long nowNanos) {
        int work = runErrand();
        takeOrder();
        if (nowNanos >= retryAtNanos) {
            work += write(nowNanos);
        }
        // Before old files are looked at: what it gives back of a disk that is nearly full it gives back at once.
        work += nextLog.goOn(spaceIsLow);
        return work + old.makeSpace(nowNanos, spaceIsLow);
    }

    @Override
    public long deadlineNanos() {
        long planned = Math.min(nextLog.deadlineNanos(), Math.min(old.deadlineNanos(), scrubAtNanos));
        if (retryAtNanos != NEVER) {
            return Math.min(planned, retryAtNanos);
        }
        return unwritten == null ? planned : Math.min(planned, restsFromSnapshotUntilNanos);
    }

    @Override
    public boolean hasWork() {
        return !hurried && isAnythingLeft();
    }

    private boolean isAnythingLeft() {
        return !errands.isEmpty()
                || old.hasWork(spaceIsLow)
                || nextLog.hasWork(spaceIsLow)
                || ordered.get() != null
                || retryAtNanos == NEVER && !storage.reserve().isReady();
    }

    @Override
    public void onClose() {}

    /** One at a time: operators may ask faster than the disk writes, and old files and the reserve must have their turn. */
    private int runErrand() {
        Runnable errand = errands.poll();
        if (errand == null) {
            return 0;
        }
        errand.run();
        return 1;
    }

    private void takeOrder() {
        StateSnapshot newer = ordered.getAndSet(null);
        if (newer != null) {
            unwritten = newer;
            unwrittenFailed = false;
        }
    }

    /** The rest from a snapshot that failed keeps neither a newer one waiting nor a reserve. */
    private int write(long nowNanos) {
        if (unwritten != null && isOutdated(unwritten)) {
            unwritten = null;
            unwrittenFailed = false;
        }
        StateSnapshot due = unwrittenFailed && nowNanos < restsFromSnapshotUntilNanos ? null : unwritten;
        if (due == null && storage.reserve().isReady()) {
            retryAtNanos = NEVER;
            return 0;
        }
        try {
            storage.reserve().prepare(progress::goOn);
            if (due != null) {
                unwrittenFailed = true;
                write(due);
                unwritten = null;
                unwrittenFailed = false;
            }
            retryAtNanos = NEVER;
            retryNanos = RETRY_NANOS_FIRST;
        } catch (StorageException e) {
            if (hurried) {
                log.info("gave up a snapshot because the server stops; the log has everything");
                return 1;
            }
            long endNanos = clock.nanos();
            long rest = unwrittenFailed && storage.reserve().isReady() ? restsFromSnapshotUntilNanos - endNanos : 0;
            metrics.count(Tally.SNAPSHOT_ERROR_COUNT);
            log.warn(
                    "failed to write beside the log, which has everything; again in={}s: {}",
                    TimeUnit.NANOSECONDS.toSeconds(Math.max(retryNanos, rest)),
                    e.getMessage());
            retryAtNanos = endNanos + retryNanos;
            retryNanos = Math.min(RETRY_NANOS_MAX, 2 * retryNanos);
        }
        return 1;
    }

    private void write(StateSnapshot state) throws StorageException {
        long begin = clock.nanos();
        long filledBefore = nextLog.spentNanos();
        long took;
        restsFromSnapshotUntilNanos = begin + UNTIL_WRITTEN_NANOS;
        try {
            storage.snapshots().write(new UntilHurried(state), state.zxid());
        } finally {
            long end = clock.nanos();
            took = end - begin - (nextLog.spentNanos() - filledBefore);
            restsFromSnapshotUntilNanos = end + RESTS_AFTER_SNAPSHOT * took;
        }
        old.snapshotWritten(begin);
        metrics.measure(Timing.SNAPSHOTTIME, took);
        metrics.count(Tally.SNAP_COUNT);
        log.info("wrote snapshot zxid={} in={}ms", Zxid.format(state.zxid()), TimeUnit.NANOSECONDS.toMillis(took));
    }

    /** What is written, up to the moment in which there is no time for it any more. */
    private final class UntilHurried implements SnapshotSource {
        private static final int NODES_AT_A_STRETCH = 1024;

        private final SnapshotSource state;
        private int nodes;

        UntilHurried(SnapshotSource state) {
            this.state = state;
        }

        @Override
        public Map<Long, Integer> sessions() {
            return state.sessions();
        }

        @Override
        public Map<Long, List<Acl>> acls() {
            return state.acls();
        }

        @Override
        public void writeNodes(NodeOutput out) {
            state.writeNodes(() -> {
                if (hurried) {
                    throw new UncheckedIOException(new IOException("the server stops"));
                }
                progress.goOn();
                if (++nodes % NODES_AT_A_STRETCH == 0) {
                    nextLog.goOn(spaceIsLow);
                }
                return out.next();
            });
        }

        @Override
        public Optional<SnapshotDigest> digest() {
            return state.digest();
        }
    }

    private void scrub() {
        try {
            List<String> damaged = storage.scrub(() -> {
                requireTime();
                doWhatCannotWait(clock.nanos());
            });
            damaged.forEach(each -> log.error("damaged, taking a new snapshot in its place: {}", each));
            if (!damaged.isEmpty()) {
                wanted = true;
                sequencer.ring();
            }
        } catch (StorageException e) {
            log.warn("failed to read the files again", e);
        } catch (CancellationException e) {
            log.info("gave up reading the files again because the server stops");
        }
    }

    private void requireTime() {
        if (hurried) {
            throw new CancellationException();
        }
        progress.goOn();
        nextLog.goOn(spaceIsLow);
    }
}
