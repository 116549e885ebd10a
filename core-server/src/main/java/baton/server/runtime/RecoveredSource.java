package baton.server.runtime;

import baton.protocol.Acl;
import baton.server.storage.NodeOutput;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows the state as recovery leaves it, which nobody knows before the first method is called. */
final class RecoveredSource implements SnapshotSource {
    private final StateReplay replay;
    private final boolean digested;

    // Written by the thread that starts the server.
    private @Nullable StateSnapshot recovered;

    RecoveredSource(StateReplay replay) {
        this(replay, true);
    }

    /** @param digested whether to tell the tree's digest */
    RecoveredSource(StateReplay replay, boolean digested) {
        this.replay = replay;
        this.digested = digested;
    }

    @Override
    public Map<Long, Integer> sessions() {
        return recovered().sessions();
    }

    @Override
    public Map<Long, List<Acl>> acls() {
        return recovered().acls();
    }

    @Override
    public void writeNodes(NodeOutput out) {
        recovered().writeNodes(out);
    }

    @Override
    public Optional<SnapshotDigest> digest() {
        return recovered().digest();
    }

    private StateSnapshot recovered() {
        if (recovered == null) {
            recovered = new StateSnapshot(replay.state(), digested);
        }
        return recovered;
    }
}
