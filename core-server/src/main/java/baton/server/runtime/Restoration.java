package baton.server.runtime;

import baton.protocol.Zxid;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.ServerSettings;
import baton.server.runtime.RestoreRefusedException.Reason;
import baton.server.storage.DiskFullException;
import baton.server.storage.FileStorage;
import baton.server.storage.Replacement;
import baton.server.storage.SentSnapshot;
import baton.server.storage.StorageException;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces all that a server holds by a snapshot that an operator sends: one at a time, and seldom.
 *
 * <p>In this order, so that whatever happens between any two steps leaves the old state or the new one:
 *
 * <ol>
 *   <li>What is sent goes to a file of its own, and is looked at as a whole ({@link SentState}). The server serves.
 *   <li>What it makes is written and synced beside the present state ({@link Replacement}): without its sessions, and with
 *       a zxid of an epoch that is later than all that the server and what was sent know. The server still serves.
 *   <li>The server ends, and all its sessions. The new state gets its name. A server begins with what is in the directory
 *       then, as with every start ({@link Rebirth}).
 * </ol>
 *
 * <p>Thread-safe. What takes its time is done on a thread of its own, which ends with it.
 */
public final class Restoration {
    private static final Logger log = LoggerFactory.getLogger(Restoration.class);
    private static final long EPOCH_MAX = Integer.MAX_VALUE;

    private final ServerSettings settings;
    private final OpenStorage storage;
    private final ServerMetrics metrics;
    private final Rebirth rebirth;
    private final Clock clock;
    private final AtomicBoolean busy = new AtomicBoolean();

    @Inject
    Restoration(ServerSettings settings, OpenStorage storage, ServerMetrics metrics, Rebirth rebirth, Clock clock) {
        this.settings = settings;
        this.storage = storage;
        this.metrics = metrics;
        this.rebirth = rebirth;
        this.clock = clock;
    }

    /**
     * Begins to take a snapshot, of which the sender says nothing yet but that he may send it.
     *
     * @param announcedBytes how long it will be; 0 if that is not known
     * @throws RestoreRefusedException if none is taken, or none of that length
     */
    public Sending begin(long announcedBytes) throws RestoreRefusedException {
        FileStorage files = storage.files()
                .orElseThrow(() -> new RestoreRefusedException(
                        Reason.NO_DIRECTORY,
                        "this server keeps everything in memory: it has no directory to begin anew from"));
        requireThatItIsTime();
        if (!busy.compareAndSet(false, true)) {
            throw new RestoreRefusedException(Reason.BUSY, "another snapshot is being taken in");
        }
        try {
            requireSpace(files, announcedBytes);
            String name = Long.toHexString(clock.nanos());
            return new Sending(files, name, files.receive(name));
        } catch (RestoreRefusedException e) {
            finished();
            throw e;
        } catch (StorageException e) {
            finished();
            throw failedOnDisk(e);
        }
    }

    private void requireThatItIsTime() throws RestoreRefusedException {
        Restores settled = settings.admin().restores();
        OptionalLong last = rebirth.lastAtNanos();
        long interval = TimeUnit.MILLISECONDS.toNanos(settled.intervalMillis());
        if (last.isPresent() && clock.nanos() - last.getAsLong() < interval) {
            metrics.count(Tally.RESTORE_RATE_LIMITED_COUNT);
            throw new RestoreRefusedException(
                    Reason.TOO_SOON,
                    "everything was replaced less than " + settled.intervalMillis()
                            + " ms ago (admin.rateLimiterIntervalInMS)");
        }
    }

    /** Says that there may be another. */
    private void finished() {
        busy.set(false);
    }

    private static RestoreRefusedException stopping() {
        return new RestoreRefusedException(Reason.STOPPING, "the server stops; nothing was replaced");
    }

    private static void requireSpace(FileStorage files, long bytes) throws RestoreRefusedException {
        if (!files.canSpare(bytes)) {
            throw new RestoreRefusedException(
                    Reason.NO_ROOM,
                    "too little space on the disk for " + bytes + " bytes more: make room in "
                            + files.directory().snapshotDirectory());
        }
    }

    private static RestoreRefusedException failedOnDisk(StorageException cause) {
        return cause instanceof DiskFullException
                ? new RestoreRefusedException(Reason.NO_ROOM, "too little space on the disk for what is sent")
                : new RestoreRefusedException(Reason.DISK, String.valueOf(cause.getMessage()));
    }

    /** A snapshot on its way in. Whoever takes it in ends or abandons it; used by one thread at a time. */
    public final class Sending {
        private final FileStorage files;
        private final String name;
        private final SentSnapshot sent;

        private Sending(FileStorage files, String name, SentSnapshot sent) {
            this.files = files;
            this.name = name;
            this.sent = sent;
        }

        /**
         * Takes what comes next.
         *
         * @throws RestoreRefusedException if there is no room for it; then it is over
         */
        public void take(ByteBuffer piece) throws RestoreRefusedException {
            try {
                sent.append(piece);
            } catch (StorageException e) {
                abandon();
                metrics.count(Tally.RESTORE_ERROR_COUNT);
                throw failedOnDisk(e);
            }
        }

        /** Forgets what came. */
        public void abandon() {
            sent.close();
            finished();
        }

        /**
         * Replaces everything by what came, now that it is all.
         *
         * @param fuzzy whether to take also what is no state of one moment
         * @return completes with the last transaction of the new state once a server serves it; with a {@link
         *     RestoreRefusedException} if nothing was touched, with anything else if something failed that should not:
         *     then {@link Rebirth} has told whether there is a server
         */
        public CompletionStage<Long> end(boolean fuzzy) {
            CompletableFuture<Long> done = new CompletableFuture<>();
            try {
                rebirth.prepare(() -> run(fuzzy, done));
            } catch (CancellationException e) {
                abandon();
                done.completeExceptionally(stopping());
            } catch (RuntimeException | Error e) {
                // There may be no thread to be had.
                abandon();
                done.completeExceptionally(e);
            }
            return done;
        }

        // The outermost frame of the thread: who waits learns of whatever went wrong.
        private void run(boolean fuzzy, CompletableFuture<Long> done) {
            long zxid = 0;
            Throwable failure = null;
            try {
                zxid = replace(fuzzy);
            } catch (RestoreRefusedException e) {
                log.warn("refused to replace the state, which is as it was: {}", e.getMessage());
                failure = e;
            } catch (CancellationException e) {
                log.info("gave up replacing the state, which is as it was, because the server stops");
                failure = stopping();
            } catch (Throwable e) {
                log.error("failed to replace the state", e);
                failure = e;
            }
            // Before anybody is told: he may send the next at once.
            finished();
            if (failure == null) {
                done.complete(zxid);
            } else {
                metrics.count(Tally.RESTORE_ERROR_COUNT);
                done.completeExceptionally(failure);
            }
        }

        private long replace(boolean fuzzy) throws Exception {
            long begin = clock.nanos();
            Replacement replacement = prepareAlone(fuzzy);
            try {
                rebirth.from(replacement);
            } catch (CancellationException e) {
                throw e;
            } catch (Exception e) {
                throw replacement.isCommitted()
                        ? new IllegalStateException(
                                "everything was replaced, and the next start serves it; this server cannot: "
                                        + e.getMessage(),
                                e)
                        : e;
            } finally {
                replacement.discardUnlessCommitted();
            }
            metrics.measure(Timing.RESTORE_TIME, clock.nanos() - begin);
            return replacement.zxid();
        }

        private Replacement prepareAlone(boolean fuzzy) throws RestoreRefusedException {
            if (!storage.takeRoom()) {
                sent.close();
                throw new RestoreRefusedException(
                        Reason.BUSY, "a snapshot is being taken, which needs the memory; send this one behind it");
            }
            try {
                return prepare(fuzzy);
            } finally {
                storage.giveRoomBack();
            }
        }

        private Replacement prepare(boolean fuzzy) throws RestoreRefusedException {
            try (sent) {
                log.info("looking at a snapshot that was sent bytes={}", sent.sizeBytes());
                SentState state = SentState.read(
                        sent, settings.sessions().tickMillis(), storage.memoryBytesLeft(), rebirth::requireTime);
                if (!fuzzy) {
                    state.requireOneMoment();
                }
                long sentZxid = state.lastZxid();
                long zxid = state.endSessions(epochBehind(sentZxid), clock.wallMillis());
                requireSpace(files, state.fileBytes());
                Replacement written = files.replacement(
                        name, state.snapshot(settings.features().digestsKept(), rebirth::requireTime), zxid);
                log.warn("replacing the state by that of zxid={} as zxid={}", Zxid.format(sentZxid), Zxid.format(zxid));
                return written;
            } catch (StorageException e) {
                throw failedOnDisk(e);
            }
        }

        private long epochBehind(long sentZxid) throws RestoreRefusedException, StorageException {
            long present = storage.state()
                    .tree()
                    .gate()
                    .readAlone(() -> storage.state().tree().position().zxid());
            long promised = Math.max(
                    files.directory().acceptedEpoch().orElse(0),
                    files.directory().currentEpoch().orElse(0));
            // The server goes on meanwhile, and may come to its next epoch.
            long reached = 1 + Zxid.epochOf(present);
            long epoch = 1 + Math.max(promised, Math.max(reached, Zxid.epochOf(sentZxid)));
            if (epoch > EPOCH_MAX) {
                throw new RestoreRefusedException(
                        Reason.UNSOUND,
                        "no epoch is left behind its zxid " + Zxid.format(sentZxid) + ", the present one "
                                + Zxid.format(present) + " and the promised epoch " + promised);
            }
            return epoch;
        }
    }
}
