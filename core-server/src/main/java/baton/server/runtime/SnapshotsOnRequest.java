package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Snapshots that operators ask for: the sequencer holds the state still for a moment, the thread of the snapshots writes it
 * down. Thread-safe.
 */
final class SnapshotsOnRequest {
    private final ServerSettings settings;
    private final OpenStorage storage;
    private final SequencerInbox sequencer;
    private final Optional<SnapshotAgent> snapshots;

    /** Fails when the threads have ended: who waits for one of them waits no longer. */
    private final CompletableFuture<TakenSnapshot> over = new CompletableFuture<>();

    SnapshotsOnRequest(
            ServerSettings settings, OpenStorage storage, SequencerInbox sequencer, Optional<SnapshotAgent> snapshots) {
        this.settings = settings;
        this.storage = storage;
        this.sequencer = sequencer;
        this.snapshots = snapshots;
    }

    /** Has one taken; fails with what keeps it from being written, or if the server ends before. Whoever gets it closes it. */
    CompletionStage<TakenSnapshot> take() {
        CompletableFuture<TakenSnapshot> taken = new CompletableFuture<>();
        snapshots.ifPresentOrElse(
                agent -> sequencer.ask(() -> {
                    StateSnapshot snapshot = new StateSnapshot(
                            storage.state(), settings.features().digestsKept());
                    agent.run(() -> {
                        try {
                            taken.complete(take(agent, snapshot));
                        } catch (StorageException | RuntimeException e) {
                            taken.completeExceptionally(e);
                        }
                    });
                }),
                () -> taken.completeExceptionally(
                        new IllegalStateException("this server keeps everything in memory, and has no snapshots")));
        return taken.applyToEither(over, either -> either);
    }

    private TakenSnapshot take(SnapshotAgent agent, StateSnapshot snapshot) throws StorageException {
        boolean alone = storage.takeRoom();
        try {
            return agent.take(snapshot, alone ? roomForAnother() : Optional.empty());
        } finally {
            if (alone) {
                storage.giveRoomBack();
            }
        }
    }

    private Optional<StateReplay> roomForAnother() {
        return storage.memoryBytesLeft() > storage.treeBytes()
                ? Optional.of(new StateReplay(
                        settings.sessions().tickMillis(), storage.state().tree().hashes()))
                : Optional.empty();
    }

    /** The threads have ended. */
    void end() {
        over.completeExceptionally(new IllegalStateException("the server stops"));
    }
}
