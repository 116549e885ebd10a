package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.Zxid;
import baton.server.request.ServerState;
import baton.server.runtime.RestoreRefusedException.Reason;
import baton.server.storage.CorruptSnapshotException;
import baton.server.storage.NodeOutput;
import baton.server.storage.SentSnapshot;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotEpilogue;
import baton.server.storage.SnapshotNode;
import baton.server.storage.SnapshotSink;
import baton.server.storage.SnapshotSource;
import baton.server.storage.StorageException;
import baton.server.tree.AclEntry;
import baton.server.tree.PathHash;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;

/**
 * The state that a sent snapshot makes, built as that of a server which starts from it: what would keep one from starting
 * is found here, while nothing depends on it.
 */
final class SentState {
    private final ServerState state;
    private final SnapshotEpilogue end;

    private SentState(ServerState state, SnapshotEpilogue end) {
        this.state = state;
        this.end = end;
    }

    /**
     * Builds it.
     *
     * @param hashes whose keys no client knows
     * @param memoryBytesMax most that it may take
     * @param between run for every node; a {@link CancellationException} of it is the end, and passed on
     * @throws RestoreRefusedException if it is no whole snapshot, or takes more memory
     * @throws StorageException if it cannot be read back
     */
    static SentState read(SentSnapshot sent, int tickMillis, PathHash hashes, long memoryBytesMax, Runnable between)
            throws RestoreRefusedException, StorageException {
        StateReplay replay = new StateReplay(tickMillis, hashes, between);
        Measured measured = new Measured(replay, memoryBytesMax);
        try {
            replay.beginSnapshot();
            SnapshotEpilogue end = sent.read(measured);
            long digestZxid = end.digest().map(SnapshotDigest::zxid).orElse(0L);
            long lastZxid = Math.max(digestZxid, end.lastZxid().orElse(0));
            replay.endSnapshot(Math.max(measured.largestZxid, lastZxid));
            if (replay.unresolvedAclCount() > 0) {
                throw unsound(replay.unresolvedAclCount() + " nodes have access control lists that it does not hold");
            }
            return new SentState(replay.state(), end);
        } catch (CorruptSnapshotException e) {
            throw unsound(e.problem());
        } catch (TooLargeException e) {
            throw new RestoreRefusedException(
                    Reason.NO_ROOM,
                    "it takes more than the " + memoryBytesMax
                            + " bytes of memory that are left beside the present data:"
                            + " give the server more (-Xmx), or start it from a directory with that snapshot");
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // Its seals match, and yet it was written wrong.
            throw unsound("content makes no sense: " + e.getMessage());
        }
    }

    private static RestoreRefusedException unsound(String problem) {
        return new RestoreRefusedException(Reason.UNSOUND, "not a whole snapshot: " + problem);
    }

    /** Returns the last transaction of the history that it comes from, as far as it says. */
    long lastZxid() {
        return state.tree().position().zxid();
    }

    /**
     * A snapshot that was written while its tree changed holds some effects of some of the last transactions. With the log
     * behind it that comes right; alone it is no state that ever was. Of which transaction the digest is does not matter:
     * it tells the tree of one moment, and here is the tree.
     *
     * @throws RestoreRefusedException if the snapshot has a digest that says so
     */
    void requireOneMoment() throws RestoreRefusedException {
        long digest = state.tree().position().digest();
        if (end.digest().isPresent()
                && end.digest().get().value() != 0
                && end.digest().get().value() != digest) {
            throw new RestoreRefusedException(
                    Reason.UNSOUND,
                    "not a state of one moment: after zxid " + Zxid.format(lastZxid()) + " the tree has the digest "
                            + Long.toHexString(digest) + ", but it must be "
                            + Long.toHexString(end.digest().get().value())
                            + ". It was written while the tree changed, and without the log behind it some changes are"
                            + " there in part: take one while nobody writes, or add ?fuzzy=true to have it as it is");
        }
    }

    /**
     * Ends its sessions, each by a transaction of its own, as their clients are of another life: what belongs to them goes.
     *
     * @param epoch of these transactions; later than {@link #lastZxid}
     * @return the last transaction
     */
    long endSessions(long epoch, long nowMillis) {
        long zxid = Zxid.pack(epoch, 0);
        // Takes the first number of the epoch, and changes nothing: there may be no sessions.
        state.replay(TxnEntry.of(0, 0, zxid, nowMillis, new Txn.Failed(0), null));
        Set<Long> sessions = new TreeSet<>(state.sessions().timeoutsMillis().keySet());
        sessions.addAll(state.tree().ephemerals().owners());
        for (long each : sessions) {
            zxid++;
            state.replay(TxnEntry.of(each, 0, zxid, nowMillis, Txn.CloseSession.WITHOUT_PATHS, null));
        }
        return zxid;
    }

    /**
     * Shows it as a snapshot.
     *
     * @param between run for every node; what it throws ends the writing
     */
    SnapshotSource snapshot(boolean digested, Runnable between) {
        StateSnapshot whole = new StateSnapshot(state, digested);
        return new SnapshotSource() {
            @Override
            public Map<Long, Integer> sessions() {
                return whole.sessions();
            }

            @Override
            public Map<Long, List<Acl>> acls() {
                return whole.acls();
            }

            @Override
            public void writeNodes(NodeOutput out) {
                whole.writeNodes(() -> {
                    between.run();
                    return out.next();
                });
            }

            @Override
            public Optional<SnapshotDigest> digest() {
                return whole.digest();
            }
        };
    }

    /** Returns about how many bytes a file of it takes. */
    long fileBytes() {
        return state.tree().memoryBytes();
    }

    /** There is no memory for it. */
    private static final class TooLargeException extends CancellationException {
        private static final long serialVersionUID = 1L;
    }

    /** Passes everything on, and looks how much it is: before it takes more, whenever a stretch has come. */
    private static final class Measured implements SnapshotSink {
        private static final long STRETCH_BYTES = 1 << 20;

        /** About what is kept of a session, or of a node beside its content. */
        private static final int ENTRY_BYTES = 256;

        private final StateReplay replay;
        private final long memoryBytesMax;
        private long bytesUntilLook = STRETCH_BYTES;
        private long bytesBesideTree;
        private long largestZxid;

        Measured(StateReplay replay, long memoryBytesMax) {
            this.replay = replay;
            this.memoryBytesMax = memoryBytesMax;
        }

        @Override
        public void beforeLong(int bytes) {
            requireRoom(bytes);
        }

        @Override
        public void session(long sessionId, int timeoutMillis) {
            takeBesideTree(ENTRY_BYTES);
            replay.session(sessionId, timeoutMillis);
        }

        @Override
        public void acl(long aclId, List<Acl> acl) {
            take(AclEntry.memoryBytes(acl));
            replay.acl(aclId, acl);
        }

        @Override
        public boolean node(SnapshotNode node) {
            Bytes content = node.content();
            take(ENTRY_BYTES + (content == null ? 0 : content.size()));
            largestZxid = Math.max(largestZxid, Math.max(node.czxid(), Math.max(node.mzxid(), node.pzxid())));
            return replay.node(node);
        }

        private void takeBesideTree(long bytes) {
            bytesBesideTree += bytes;
            take(bytes);
        }

        private void take(long bytes) {
            bytesUntilLook -= bytes;
            if (bytesUntilLook >= 0) {
                return;
            }
            requireRoom(bytes);
            bytesUntilLook = STRETCH_BYTES;
        }

        private void requireRoom(long bytes) {
            if (replay.state().tree().memoryBytes() + bytesBesideTree + bytes > memoryBytesMax) {
                throw new TooLargeException();
            }
        }
    }
}
