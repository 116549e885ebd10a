package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.request.ServerState;
import baton.server.session.SessionTable;
import baton.server.storage.DataDirectory;
import baton.server.storage.Disk;
import baton.server.storage.FileSnapshots;
import baton.server.storage.TappedDisk;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing a snapshot takes no memory to speak of, however large the tree. */
class SnapshotMemoryTest {
    private static final int NODES = 200_000;

    @TempDir
    Path directory;

    @Test
    void theTreeIsNotCopied() throws Exception {
        long empty = usedBytes();
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(2000));
        byte[] content = new byte[100];
        for (int i = 1; i <= NODES; i++) {
            Txn create = new Txn.Create(OpCode.CREATE, "/n" + i, Bytes.wrap(content.clone()), Acl.OPEN, false, i);
            state.replay(TxnEntry.of(1, i, i, 1, create, null));
        }
        long tree = usedBytes() - empty;
        long[] most = {0};
        int[] writes = {0};
        Disk watched = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (call.equals("write") && ++writes[0] % 100 == 50) {
                most[0] = Math.max(most[0], usedBytes());
            }
        });

        try (DataDirectory opened = DataDirectory.open(watched, directory, directory)) {
            StateSnapshot snapshot = new StateSnapshot(state, true);
            new FileSnapshots(opened).write(snapshot, snapshot.zxid());
        }

        long more = most[0] - empty - tree;
        assertThat(writes[0]).isGreaterThan(200);
        assertThat(more).describedAs("%d bytes beside a tree of %d", more, tree).isLessThan(tree / 10);
    }

    /** What is in use after everything that can be forgotten was. */
    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
