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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
 * <p>Thread-safe. What takes its time is done on a thread of its own.
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
        requireSpace(files, announcedBytes);
        if (!busy.compareAndSet(false, true)) {
            throw new RestoreRefusedException(Reason.BUSY, "another snapshot is being taken in");
        }
        return new Sending(files, Long.toHexString(clock.nanos()));
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

    /** Learns how far it has come, on the thread that does it: for whoever is asked later what has happened. */
    public interface Witness {
        /** What was sent is whole, and takes the place of everything now. */
        void begins();

        /** It has taken the place for good, whether or not a server can begin with it. */
        void replaced();
    }

    /**
     * A snapshot on its way in. Whoever takes it in ends or abandons it; used by one thread at a time. What has to do with files
     * is done on the thread of all this, one thing after the other.
     */
    public final class Sending {
        private final FileStorage files;
        private final String name;

        // Guarded by this: when the server stops, whoever finds no thread any more puts things in order.
        private @Nullable SentSnapshot sent;
        private @Nullable Throwable failure;

        private Sending(FileStorage files, String name) {
            this.files = files;
            this.name = name;
        }

        /** Takes what comes next; complete when that is written, or forgotten because something went wrong. */
        public CompletionStage<Void> take(ByteBuffer piece) {
            CompletableFuture<Void> taken = new CompletableFuture<>();
            onThread(
                    () -> {
                        append(piece);
                        taken.complete(null);
                    },
                    cause -> {
                        fail(cause);
                        taken.complete(null);
                    });
            return taken;
        }

        /** Forgets what came. */
        public void abandon() {
            onThread(this::over, cause -> over());
        }

        /**
         * Replaces everything by what came, now that it is all.
         *
         * @param fuzzy whether to take also what is no state of one moment
         * @return completes with the last transaction of the new state once a server serves it; with a {@link
         *     RestoreRefusedException} if nothing was touched, with anything else if something failed that should not:
         *     then {@link Rebirth} has told whether there is a server
         */
        public CompletionStage<Long> end(boolean fuzzy, Witness witness) {
            CompletableFuture<Long> done = new CompletableFuture<>();
            onThread(() -> run(fuzzy, witness, done), cause -> {
                fail(cause);
                over();
                done.completeExceptionally(cause);
            });
            return done;
        }

        /** Has it done on the thread behind what was to be done before; or tells at once why there is no thread. */
        private void onThread(Runnable work, Consumer<Throwable> otherwise) {
            try {
                rebirth.prepare(work);
            } catch (CancellationException e) {
                otherwise.accept(stopping());
            } catch (RuntimeException | Error e) {
                // The system may have no thread to spare.
                otherwise.accept(e);
            }
        }

        private synchronized void append(ByteBuffer piece) {
            if (failure != null) {
                return;
            }
            try {
                received().append(piece);
            } catch (StorageException e) {
                fail(failedOnDisk(e));
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        private synchronized SentSnapshot received() throws StorageException {
            SentSnapshot begun = sent == null ? files.receive(name) : sent;
            sent = begun;
            return begun;
        }

        /** The first thing that goes wrong is what is told. */
        private synchronized void fail(Throwable cause) {
            rebirth.lookAt(cause);
            if (failure == null) {
                failure = cause;
                metrics.count(Tally.RESTORE_ERROR_COUNT);
            }
            forget();
        }

        private synchronized void forget() {
            if (sent != null) {
                sent.close();
                sent = null;
            }
        }

        private synchronized @Nullable Throwable failure() {
            return failure;
        }

        /** From now on there may be another. */
        private void over() {
            forget();
            busy.set(false);
        }

        // The outermost frame of the thread: who waits learns of whatever went wrong.
        private void run(boolean fuzzy, Witness witness, CompletableFuture<Long> done) {
            long zxid = 0;
            try {
                if (failure() == null) {
                    zxid = replace(fuzzy, witness);
                }
            } catch (RestoreRefusedException e) {
                log.warn("refused to replace the state, which is as it was: {}", e.getMessage());
                fail(e);
            } catch (CancellationException e) {
                log.info("gave up replacing the state, which is as it was, because the server stops");
                fail(stopping());
            } catch (Throwable e) {
                // First, as there may be no memory for the line.
                fail(e);
                log.error("failed to replace the state", e);
            }
            // Before anybody is told: he may send the next at once.
            over();
            Throwable cause = failure();
            if (cause == null) {
                done.complete(zxid);
            } else {
                done.completeExceptionally(cause);
            }
        }

        private long replace(boolean fuzzy, Witness witness) throws Exception {
            long begin = clock.nanos();
            Replacement replacement = prepareAlone(fuzzy);
            replacement.whenDurable(witness::replaced);
            try {
                witness.begins();
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
                throw new RestoreRefusedException(
                        Reason.BUSY, "a snapshot is being taken, which needs the memory; send this one behind it");
            }
            try {
                return prepare(fuzzy);
            } finally {
                storage.giveRoomBack();
                forget();
            }
        }

        private Replacement prepare(boolean fuzzy) throws RestoreRefusedException {
            try {
                SentSnapshot whole = received();
                log.info("looking at a snapshot that was sent bytes={}", whole.sizeBytes());
                SentState state = SentState.read(
                        whole,
                        settings.sessions().tickMillis(),
                        storage.state().tree().hashes(),
                        storage.memoryBytesLeft(),
                        rebirth::requireTime);
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
