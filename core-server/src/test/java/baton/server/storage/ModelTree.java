package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.WireWriter;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The plainest tree that follows the rules of the transactions: one sorted map, everything recomputed when asked. It is
 * written from the specification alone, and shares nothing with the server's tree.
 */
final class ModelTree implements ReplayTarget, SnapshotSource {
    private static final List<Acl> READ_ONLY = List.of(new Acl(1, "world", "anyone"));

    final TreeMap<String, Node> nodes = new TreeMap<>();
    final TreeMap<Long, Integer> sessions = new TreeMap<>();
    final List<TxnEntry> applied = new ArrayList<>();

    private final Map<Long, List<Acl>> loadedAcls = new TreeMap<>();
    private long lastZxid;

    /** A node; fields as in a snapshot. */
    static final class Node {
        Bytes content = Bytes.EMPTY;
        List<Acl> acl = Acl.OPEN;
        long czxid;
        long mzxid;
        long ctime;
        long mtime;
        int version;
        int creations;
        int aversion;
        long owner;
        long pzxid;
    }

    ModelTree() {
        beginEmpty();
    }

    @Override
    public void beginEmpty() {
        beginSnapshot();
        nodes.put("", new Node());
        nodes.put("/zookeeper", new Node());
        nodes.put("/zookeeper/quota", new Node());
        Node config = new Node();
        config.acl = READ_ONLY;
        config.aversion = -1;
        nodes.put("/zookeeper/config", config);
    }

    @Override
    public void beginSnapshot() {
        nodes.clear();
        sessions.clear();
        loadedAcls.clear();
        applied.clear();
        lastZxid = 0;
    }

    @Override
    public void endSnapshot(long zxid) {
        lastZxid = zxid;
    }

    @Override
    public void session(long sessionId, int timeoutMillis) {
        sessions.put(sessionId, timeoutMillis);
    }

    @Override
    public void acl(long aclId, List<Acl> acl) {
        loadedAcls.put(aclId, acl);
    }

    @Override
    public boolean node(SnapshotNode from) {
        String path = from.path().utf8();
        Node node = new Node();
        node.content = from.content();
        node.acl = from.aclId() == SnapshotNode.OPEN_ACL ? Acl.OPEN : loadedAcls.get(from.aclId());
        node.czxid = from.czxid();
        node.mzxid = from.mzxid();
        node.ctime = from.ctime();
        node.mtime = from.mtime();
        node.version = from.version();
        node.creations = from.creations();
        node.aversion = from.aversion();
        node.owner = from.owner();
        node.pzxid = from.pzxid();
        nodes.put(path, node);
        return path.isEmpty() || nodes.containsKey(parent(path));
    }

    @Override
    public void apply(TxnEntry entry) {
        applied.add(entry);
        apply(entry, entry.txn());
        lastZxid = entry.zxid();
    }

    @Override
    public int unresolvedAclCount() {
        return (int) nodes.values().stream().filter(each -> each.acl == null).count();
    }

    @Override
    public OptionalLong treeDigest() {
        return OptionalLong.of(sum());
    }

    long lastZxid() {
        return lastZxid;
    }

    long sum() {
        long sum = 0;
        for (Map.Entry<String, Node> each : nodes.entrySet()) {
            String path = each.getKey();
            if (path.startsWith("/zookeeper/")) {
                continue;
            }
            Node node = each.getValue();
            CRC32 crc = new CRC32();
            crc.update(path.getBytes(StandardCharsets.UTF_8));
            if (node.content != null) {
                crc.update(node.content.toArray());
            }
            ByteBuffer status = ByteBuffer.allocate(60);
            status.putLong(node.czxid).putLong(node.mzxid).putLong(node.pzxid);
            status.putLong(node.ctime).putLong(node.mtime);
            status.putInt(node.version).putInt(node.creations).putInt(node.aversion);
            crc.update(status.putLong(node.owner).array());
            sum += crc.getValue();
        }
        return sum;
    }

    /** One line for each node and session: equal lines, equal state. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((path, node) -> lines.add(line(
                path,
                node.content == null ? "null" : node.content.hex(),
                node.acl.stream().map(Acl::toString).toList(),
                node.czxid,
                node.mzxid,
                node.ctime,
                node.mtime,
                node.version,
                node.creations,
                node.aversion,
                node.owner,
                node.pzxid)));
        sessions.forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        return lines;
    }

    static String line(String path, String content, List<String> acl, long... status) {
        StringBuilder line = new StringBuilder("'" + path + "' " + content + " " + acl);
        for (long each : status) {
            line.append(' ').append(Long.toHexString(each));
        }
        return line.toString();
    }

    @Override
    public Map<Long, Integer> sessions() {
        return new TreeMap<>(sessions);
    }

    @Override
    public Map<Long, List<Acl>> acls() {
        Map<Long, List<Acl>> table = new LinkedHashMap<>();
        for (Node node : nodes.values()) {
            if (!node.acl.equals(Acl.OPEN) && !table.containsValue(node.acl)) {
                table.put((long) table.size() + 1, node.acl);
            }
        }
        return table;
    }

    @Override
    public void writeNodes(NodeOutput out) {
        Map<Long, List<Acl>> table = acls();
        nodes.forEach((path, node) -> {
            long acl = table.entrySet().stream()
                    .filter(each -> each.getValue().equals(node.acl))
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .orElse(SnapshotNode.OPEN_ACL);
            WireWriter wire = out.next();
            wire.string(path).buffer(node.content).int64(acl);
            wire.int64(node.czxid).int64(node.mzxid).int64(node.ctime).int64(node.mtime);
            wire.int32(node.version).int32(node.creations).int32(node.aversion);
            wire.int64(node.owner).int64(node.pzxid);
        });
    }

    @Override
    public Optional<SnapshotDigest> digest() {
        // Of an untouched tree the reference notes none.
        return Optional.of(new SnapshotDigest(lastZxid, lastZxid == 0 ? 0 : sum()));
    }

    private void apply(TxnEntry entry, Txn txn) {
        if (txn instanceof Txn.Create create) {
            long owner = create.ephemeral() ? entry.header().sessionId() : 0;
            create(entry, create.path(), create.content(), create.acl(), create.parentCreates(), owner);
        } else if (txn instanceof Txn.CreateContainer create) {
            create(entry, create.path(), create.content(), create.acl(), create.parentCreates(), Long.MIN_VALUE);
        } else if (txn instanceof Txn.CreateTtl create) {
            long owner = 0xff00000000000000L | create.ttlMillis();
            create(entry, create.path(), create.content(), create.acl(), create.parentCreates(), owner);
        } else if (txn instanceof Txn.Delete delete) {
            delete(entry, delete.path());
        } else if (txn instanceof Txn.DeleteContainer delete) {
            delete(entry, delete.path());
        } else if (txn instanceof Txn.SetData set && nodes.containsKey(set.path())) {
            Node node = nodes.get(set.path());
            node.content = set.content();
            node.version = set.version();
            node.mzxid = entry.zxid();
            node.mtime = entry.header().timeMillis();
        } else if (txn instanceof Txn.Reconfig set && nodes.containsKey(set.path())) {
            Node node = nodes.get(set.path());
            node.content = set.content();
            node.version = set.version();
            node.mzxid = entry.zxid();
            node.mtime = entry.header().timeMillis();
        } else if (txn instanceof Txn.SetAcl set && nodes.containsKey(set.path())) {
            nodes.get(set.path()).acl = set.acl();
            nodes.get(set.path()).aversion = set.version();
        } else if (txn instanceof Txn.CreateSession open) {
            sessions.put(entry.header().sessionId(), open.timeoutMillis());
        } else if (txn instanceof Txn.CloseSession close) {
            close(entry, close);
        } else if (txn instanceof Txn.Multi multi && !multi.isFailed()) {
            multi.parts().forEach(part -> apply(entry, part));
        }
    }

    private void close(TxnEntry entry, Txn.CloseSession close) {
        if (close.paths() != null) {
            close.paths().forEach(path -> delete(entry, path));
        }
        long session = entry.header().sessionId();
        List<String> left = nodes.entrySet().stream()
                .filter(each -> each.getValue().owner == session)
                .map(Map.Entry::getKey)
                .toList();
        left.forEach(path -> delete(entry, path));
        sessions.remove(session);
    }

    private void create(TxnEntry entry, String path, Bytes content, List<Acl> acl, int parentCreates, long owner) {
        Node parent = nodes.get(parent(path));
        if (parent == null) {
            return;
        }
        if (parentCreates > parent.creations) {
            parent.creations = parentCreates;
            parent.pzxid = entry.zxid();
        }
        if (nodes.containsKey(path)) {
            nodes.get(path).acl = acl;
            return;
        }
        Node node = new Node();
        node.content = content;
        node.acl = acl;
        node.czxid = node.mzxid = node.pzxid = entry.zxid();
        node.ctime = node.mtime = entry.header().timeMillis();
        node.owner = owner;
        nodes.put(path, node);
    }

    private void delete(TxnEntry entry, String path) {
        nodes.remove(path);
        Node parent = nodes.get(parent(path));
        if (parent != null) {
            parent.pzxid = Math.max(parent.pzxid, entry.zxid());
        }
    }

    /** Writes a history: each call applies a transaction to the tree and returns what the log has to hold. */
    static final class Author {
        static final long SESSION = 0x100000000000001L;

        final ModelTree tree;
        private long time = 1_790_000_000_000L;
        private int cxid;

        Author(ModelTree tree) {
            this.tree = tree;
        }

        TxnEntry write(Txn txn) {
            return write(tree.lastZxid() + 1, SESSION, txn);
        }

        TxnEntry write(long zxid, long session, Txn txn) {
            TxnEntry bare = TxnEntry.of(session, cxid++, zxid, time++, txn, null);
            tree.apply(bare);
            TxnDigest digest = txn instanceof Txn.Failed ? null : new TxnDigest(tree.sum());
            return new TxnEntry(bare.header(), txn, digest);
        }

        TxnEntry openSession() {
            return write(new Txn.CreateSession(30_000));
        }

        TxnEntry create(String path, String content) {
            return write(creation(path, Bytes.utf8(content), Acl.OPEN, false));
        }

        Txn.Create creation(String path, Bytes content, List<Acl> acl, boolean ephemeral) {
            return new Txn.Create(OpCode.CREATE, path, content, acl, ephemeral, nextCreation(path));
        }

        int nextCreation(String path) {
            return tree.nodes.get(parent(path)).creations + 1;
        }

        TxnEntry set(String path, String content) {
            return write(new Txn.SetData(path, Bytes.utf8(content), tree.nodes.get(path).version + 1));
        }

        /** A session that opens, and the given number of nodes. */
        List<TxnEntry> nodes(int count) {
            List<TxnEntry> entries = new ArrayList<>();
            if (tree.lastZxid() == 0) {
                entries.add(openSession());
            }
            while (entries.size() < count) {
                entries.add(create("/n" + (tree.lastZxid() + 1), "content " + entries.size()));
            }
            return entries;
        }
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
