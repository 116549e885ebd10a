package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Stat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of the model by their paths, of which the root's is empty, and all that can be said about them without knowing
 * who asks. Everything is worked out anew whenever it is asked for.
 */
final class ModelTree {
    /** What a node takes besides its path and its data. */
    private static final int NODE_BYTES = 200;

    /** What a list takes besides its entries, and one of these besides its texts. */
    private static final int LIST_BYTES = 200;

    private static final int ACL_BYTES = 108;

    private final TreeMap<String, ModelNode> nodes = new TreeMap<>();

    ModelTree() {
        nodes.put("", ModelNode.PLAIN);
        nodes.put("/zookeeper", ModelNode.PLAIN);
        nodes.put("/zookeeper/quota", ModelNode.PLAIN);
        nodes.put("/zookeeper/config", ModelNode.CONFIG);
    }

    // Paths.

    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** Returns how the tree has a path that a client names. */
    static String internal(String path) {
        return path.equals("/") ? "" : path;
    }

    /** Returns how clients name a path. */
    static String shown(String path) {
        return path.isEmpty() ? "/" : path;
    }

    // Nodes.

    boolean has(String path) {
        return nodes.containsKey(path);
    }

    @Nullable
    ModelNode find(String path) {
        return nodes.get(path);
    }

    /** Returns the node that a client names. */
    ModelNode present(String path) throws Refused {
        ModelNode node = nodes.get(internal(path));
        if (node == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        return node;
    }

    void put(String path, ModelNode node) {
        nodes.put(path, node);
    }

    @Nullable
    ModelNode remove(String path) {
        return nodes.remove(path);
    }

    Set<String> paths() {
        return nodes.keySet();
    }

    /** Returns all nodes as they are now. */
    Map<String, ModelNode> copy() {
        return new TreeMap<>(nodes);
    }

    /** Goes back to what was there. */
    void restore(Map<String, ModelNode> before) {
        nodes.clear();
        nodes.putAll(before);
    }

    Map<String, ModelNode> below(String path) {
        String prefix = internal(path) + "/";
        return nodes.subMap(prefix, prefix + Character.MAX_VALUE);
    }

    List<String> children(String path) {
        String prefix = internal(path) + "/";
        return below(path).keySet().stream()
                .map(each -> each.substring(prefix.length()))
                .filter(each -> each.indexOf('/') < 0)
                .toList();
    }

    int childCount(String path) {
        return children(path).size();
    }

    TreeSet<String> ephemeralsOf(long owner) {
        TreeSet<String> paths = new TreeSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner() == owner) {
                paths.add(path);
            }
        });
        return paths;
    }

    Stat stat(String path) {
        return stat(path, nodes.get(internal(path)).content());
    }

    /** Returns the stat of a node if that was its content. */
    Stat stat(String path, @Nullable Bytes content) {
        ModelNode node = nodes.get(internal(path));
        int children = childCount(internal(path));
        return new Stat(
                node.czxid(),
                node.mzxid(),
                node.ctime(),
                node.mtime(),
                node.version(),
                2 * node.creations() - children,
                node.aversion(),
                node.isEphemeral() ? node.owner() : 0,
                ModelNode.sizeOf(content),
                children,
                node.pzxid());
    }

    // All of them.

    /** Returns how much memory the server counts for what it holds. */
    long memoryBytes() {
        long bytes = (long) NODE_BYTES * nodes.size();
        for (Map.Entry<String, ModelNode> each : nodes.entrySet()) {
            bytes += each.getKey().length() + each.getValue().size();
        }
        return bytes + listBytes();
    }

    /** Nodes that have the same list share it, and all share the open one. */
    private long listBytes() {
        Set<List<Acl>> lists = new HashSet<>();
        nodes.values().forEach(each -> lists.add(each.acl()));
        lists.remove(Acl.OPEN);
        long bytes = (long) LIST_BYTES * lists.size();
        for (List<Acl> list : lists) {
            for (Acl each : list) {
                bytes += ACL_BYTES
                        + each.scheme().getBytes(StandardCharsets.UTF_8).length
                        + each.id().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return bytes;
    }

    /** The sum that the server keeps up to date, worked out anew. */
    long digest() {
        long sum = 0;
        for (Map.Entry<String, ModelNode> each : nodes.entrySet()) {
            if (!each.getKey().startsWith("/zookeeper/")) {
                sum += digest(each.getKey(), each.getValue());
            }
        }
        return sum;
    }

    private static long digest(String path, ModelNode node) {
        CRC32 crc = new CRC32();
        crc.update(path.getBytes(StandardCharsets.UTF_8));
        if (node.content() != null) {
            crc.update(node.content().toArray());
        }
        ByteBuffer status = ByteBuffer.allocate(60);
        status.putLong(node.czxid()).putLong(node.mzxid()).putLong(node.pzxid());
        status.putLong(node.ctime()).putLong(node.mtime());
        status.putInt(node.version()).putInt(node.creations()).putInt(node.aversion());
        crc.update(status.putLong(node.owner()).array());
        return crc.getValue();
    }

    /** Returns one line for each node. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((path, node) -> lines.add(shown(path) + " " + stat(path) + " "
                + (node.content() == null ? "null" : node.content().hex()) + " " + node.acl()));
        return lines;
    }
}
