package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.StatPersisted;
import org.apache.zookeeper.server.DataNode;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.SnapStream;

/** A data directory in the hands of Apache ZooKeeper: served by it, or loaded by it. */
final class ApacheDirectory {
    private final Path dir;

    ApacheDirectory(Path dir) {
        this.dir = dir;
    }

    /** What Apache ZooKeeper makes of the directory, in the lines of {@link ModelTree#dump()}. */
    record Loaded(long zxid, List<String> dump, long digest, int mismatchCount) {}

    /** Loads a copy of the directory, so that this one stays as it is. */
    Loaded load(Path copy) throws IOException {
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

    /** Starts a server on the directory. */
    Server serve() throws IOException, InterruptedException {
        return new Server(dir);
    }

    private void copyTo(Path target) throws IOException {
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

    /** A running server of Apache ZooKeeper, in this process. */
    static final class Server implements AutoCloseable {
        private final ZooKeeperServer server;
        private final ServerCnxnFactory factory;

        private Server(Path dir) throws IOException, InterruptedException {
            server = new ZooKeeperServer(dir.toFile(), dir.toFile(), 2000);
            factory = new NIOServerCnxnFactory();
            factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 20);
            factory.startup(server);
        }

        /** Connects a client, and returns when it has a session. */
        ZooKeeper connect() throws IOException, InterruptedException {
            CountDownLatch connected = new CountDownLatch(1);
            ZooKeeper client = new ZooKeeper("127.0.0.1:" + factory.getLocalPort(), 30_000, event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            });
            if (!connected.await(30, TimeUnit.SECONDS)) {
                throw new IOException("no session within 30 s");
            }
            return client;
        }

        /** Stops at once: sessions stay open in the history. */
        @Override
        public void close() {
            factory.shutdown();
            server.shutdown(true);
        }
    }
}
