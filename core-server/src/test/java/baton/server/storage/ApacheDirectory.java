package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.jute.OutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.StatPersisted;
import org.apache.zookeeper.server.DataNode;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.SnapStream;
import org.apache.zookeeper.txn.TxnHeader;

/** A data directory in the hands of Apache ZooKeeper: served by it, or loaded by it. */
public final class ApacheDirectory {
    private final Path dir;

    public ApacheDirectory(Path dir) {
        this.dir = dir;
    }

    /** What Apache ZooKeeper makes of the directory, in the lines of {@link ModelTree#dump()}. */
    public record Loaded(long zxid, List<String> dump, long digest, int mismatchCount) {}

    /** Loads a copy of the directory, so that this one stays as it is. */
    public Loaded load(Path copy) throws IOException {
        copyTo(copy);
        FileTxnSnapLog files = new FileTxnSnapLog(copy.toFile(), copy.toFile());
        try {
            DataTree tree = new DataTree();
            int[] mismatches = {0};
            tree.addDigestWatcher(zxid -> mismatches[0]++);
            Map<Long, Integer> sessions = new ConcurrentHashMap<>();
            long zxid = files.restore(tree, sessions, (header, record, digest) -> {});
            List<String> dump = new ArrayList<>();
            TreeMap<String, DataNode> nodes = new TreeMap<>();
            collect(tree, "", nodes);
            nodes.forEach((path, node) -> dump.add(line(tree, path, node)));
            new TreeMap<>(sessions)
                    .forEach((session, timeout) -> dump.add("session " + Long.toHexString(session) + " " + timeout));
            return new Loaded(zxid, dump, tree.getTreeDigest(), mismatches[0]);
        } finally {
            files.close();
        }
    }

    /** Begins a directory with a node whose next child in a sequence gets the number; it has one child by then. */
    public static void numbering(Path dir, String path, int next) throws IOException {
        FileTxnSnapLog files = new FileTxnSnapLog(dir.toFile(), dir.toFile());
        try {
            DataTree tree = new DataTree();
            tree.createNode(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, 0, 1, 1, 1);
            tree.createNode(path + "/first", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, 0, next, 2, 2);
            tree.lastProcessedZxid = 2;
            files.save(tree, new ConcurrentHashMap<>(), true);
        } catch (KeeperException e) {
            throw new IOException(e);
        } finally {
            files.close();
        }
    }

    /** Lets Apache ZooKeeper write a snapshot of the directory in the given form. */
    void snapshot(SnapStream.StreamMode mode) throws IOException {
        FileTxnSnapLog files = new FileTxnSnapLog(dir.toFile(), dir.toFile());
        SnapStream.StreamMode before = SnapStream.getStreamMode();
        try {
            SnapStream.setStreamMode(mode);
            DataTree tree = new DataTree();
            ConcurrentHashMap<Long, Integer> sessions = new ConcurrentHashMap<>();
            files.restore(tree, sessions, (header, record, digest) -> {});
            files.save(tree, sessions, true);
        } finally {
            SnapStream.setStreamMode(before);
            files.close();
        }
    }

    /**
     * Lets Apache ZooKeeper write a snapshot while it applies the last transaction of the log: the nodes are changed, but
     * the last zxid and the digest are still those of the one before.
     */
    Path snapshotWithinTheLastTransaction(Path copy) throws IOException {
        long last = load(copy).zxid();
        FileTxnSnapLog files = new FileTxnSnapLog(dir.toFile(), dir.toFile());
        try {
            DataTree tree = new BusyTree(last);
            ConcurrentHashMap<Long, Integer> sessions = new ConcurrentHashMap<>();
            files.restore(tree, sessions, (header, record, digest) -> {});
            return files.save(tree, sessions, true).toPath();
        } finally {
            files.close();
        }
    }

    /** Applies its last transaction only when it is about to be written. */
    private static final class BusyTree extends DataTree {
        private final long lastZxid;
        private TxnHeader header;
        private Record last;

        BusyTree(long lastZxid) {
            this.lastZxid = lastZxid;
        }

        @Override
        public ProcessTxnResult processTxn(TxnHeader each, Record txn, boolean isSubTxn) {
            if (each.getZxid() < lastZxid) {
                return super.processTxn(each, txn, isSubTxn);
            }
            header = each;
            last = txn;
            return new ProcessTxnResult();
        }

        @Override
        public void serializeNodes(OutputArchive out) throws IOException {
            super.processTxn(header, last, true); // What is done for the whole transaction only comes later.
            super.serializeNodes(out);
        }
    }

    /** Starts a server on the directory. */
    ApacheServer serve() throws IOException, InterruptedException {
        return ApacheServer.on(dir);
    }

    void copyTo(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path each : files.toList()) {
                Path to = target.resolve(dir.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(each, to);
                }
            }
        }
    }

    private static void collect(DataTree tree, String path, Map<String, DataNode> into) {
        DataNode node = tree.getNode(path);
        into.put(path, node);
        for (String child : node.getChildren()) {
            collect(tree, path + "/" + child, into);
        }
    }

    private static String line(DataTree tree, String path, DataNode node) {
        StatPersisted stat = node.stat;
        List<String> acl = tree.getACL(node).stream()
                .map(each -> new Acl(
                                each.getPerms(),
                                each.getId().getScheme(),
                                each.getId().getId())
                        .toString())
                .toList();
        return ModelTree.line(
                path,
                node.getData() == null ? "null" : Bytes.copyOf(node.getData()).hex(),
                acl,
                stat.getCzxid(),
                stat.getMzxid(),
                stat.getCtime(),
                stat.getMtime(),
                stat.getVersion(),
                stat.getCversion(),
                stat.getAversion(),
                stat.getEphemeralOwner(),
                stat.getPzxid());
    }
}
