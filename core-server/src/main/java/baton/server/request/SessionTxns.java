package baton.server.request;

import baton.server.tree.NodeState;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the transactions that open and end sessions, which nothing can refuse, and enters them into the outstanding changes.
 */
final class SessionTxns {
    private final OutstandingChanges changes;
    private final QuotaChecks quotas;
    private final EphemeralChecks ephemerals;
    private final RecordWeight weight;
    private final int recordBytesMax;

    SessionTxns(
            OutstandingChanges changes,
            QuotaChecks quotas,
            EphemeralChecks ephemerals,
            RecordWeight weight,
            int recordBytesMax) {
        this.changes = changes;
        this.quotas = quotas;
        this.ephemerals = ephemerals;
        this.weight = weight;
        this.recordBytesMax = recordBytesMax;
    }

    /** Makes the transaction that opens a session. */
    Txn.CreateSession open(int timeoutMillis) {
        weight.begin();
        return new Txn.CreateSession(timeoutMillis);
    }

    /**
     * Makes a transaction that deletes as many of a session's nodes as one record can name; null if the record of the
     * session's end can name all that are left.
     */
    Txn.@Nullable Multi emptyPartly(long sessionId, long zxid) {
        if (ephemerals.bytesOf(sessionId) <= recordBytesMax) {
            return null;
        }
        changes.begin(zxid);
        List<String> removed = new ArrayList<>();
        long partBytes = 0;
        long pathBytes = 0;
        for (String path : changes.ephemeralsOf(sessionId)) {
            int bytes = RecordWeight.ofPart(path);
            if (partBytes + bytes > recordBytesMax && !removed.isEmpty()) {
                break;
            }
            removed.add(path);
            partBytes += bytes;
            pathBytes += ZnodeTree.recordBytes(path);
        }
        if (removed.isEmpty()) {
            throw new IllegalStateException(
                    "a session without nodes seems to own " + ephemerals.bytesOf(sessionId) + " bytes");
        }
        weight.begin();
        weight.add(partBytes);
        takeOffAccounts(sessionId, removed, pathBytes, zxid);
        removed.forEach(changes::delete);
        leaveParents(removed, zxid);
        return new Txn.Multi(removed.stream().<Txn.Sub>map(Txn.Delete::new).toList());
    }

    /** Makes the transaction that ends a session: its nodes go with it, those included that are still to be created. */
    Txn.CloseSession close(long sessionId, long zxid) {
        changes.begin(zxid);
        List<String> paths = changes.ephemeralsOf(sessionId);
        long pathBytes = ephemerals.bytesOf(sessionId);
        weight.begin();
        weight.add(pathBytes);
        takeOffAccounts(sessionId, paths, pathBytes, zxid);
        changes.end(sessionId, paths);
        leaveParents(paths, zxid);
        return new Txn.CloseSession(paths);
    }

    private void takeOffAccounts(long sessionId, List<String> paths, long bytes, long zxid) {
        if (quotas.areAny()) {
            for (String path : paths) {
                quotas.delete(path, present(path).contentSize(), zxid);
            }
        }
        if (!paths.isEmpty()) {
            ephemerals.delete(sessionId, paths.size(), bytes, zxid);
        }
    }

    /** Takes from the parents of nodes that go what they have fewer then. */
    private void leaveParents(List<String> paths, long zxid) {
        int next = 0;
        while (next < paths.size()) {
            // Those that follow each other and have one parent change it once.
            int first = next;
            String parentPath = parentPath(paths.get(first));
            while (next < paths.size() && isChild(paths.get(next), parentPath)) {
                next++;
            }
            NodeState parent = present(parentPath);
            changes.put(parentPath, parent.withChildDeleted(parent.childCount() - (next - first), zxid));
        }
    }

    private static String parentPath(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static boolean isChild(String path, String parentPath) {
        return path.lastIndexOf('/') == parentPath.length() && path.startsWith(parentPath);
    }

    private NodeState present(String path) {
        NodeState node = changes.find(path);
        if (node == null) {
            throw new IllegalStateException("node " + path + " is missing");
        }
        return node;
    }
}
