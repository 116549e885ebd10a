package baton.server.tree;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.Stat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tree so simple that it is plainly right: a map of paths, copied whole before what may fail half way.
 *
 * <p>Nodes are open to all, or {@linkplain Node#guarded belong} to the one user there is.
 */
final class NaiveTree {
    /** Who asks, and when that takes place. */
    record Asker(long session, boolean isUser, long zxid, long millis) {}

    /** A node; {@code owner} as it is kept, which is not always as it is shown. */
    static final class Node {
        String content = "";
        boolean guarded;
        long owner;
        int version;
        /** Those that were always there: the first one made gets the number 0 all the same. */
        int childrenBuiltIn;

        int childrenMade;
        int childrenGone;
        int aversion;
        long czxid;
        long mzxid;
        long pzxid;
        long ctime;
        long mtime;

        Node copy() {
            Node copy = new Node();
            copy.content = content;
            copy.guarded = guarded;
            copy.owner = owner;
            copy.version = version;
            copy.childrenBuiltIn = childrenBuiltIn;
            copy.childrenMade = childrenMade;
            copy.childrenGone = childrenGone;
            copy.aversion = aversion;
            copy.czxid = czxid;
            copy.mzxid = mzxid;
            copy.pzxid = pzxid;
            copy.ctime = ctime;
            copy.mtime = mtime;
            return copy;
        }

        Stat stat() {
            boolean isOfSession = NodeOwner.isSession(owner);
            return new Stat(
                    czxid,
                    mzxid,
                    ctime,
                    mtime,
                    version,
                    childrenMade + childrenGone - childrenBuiltIn,
                    aversion,
                    isOfSession ? owner : 0,
                    content.length(),
                    childrenMade - childrenGone + childrenBuiltIn,
                    pzxid);
        }

        private boolean admits(Asker asker) {
            return !guarded || asker.isUser;
        }
    }

    private TreeMap<String, Node> nodes = new TreeMap<>();

    /** Begins with what every tree has: the root, with one child that nobody changes. */
    NaiveTree() {
        Node node = new Node();
        node.childrenBuiltIn = 1;
        nodes.put("/", node);
    }

    Map<String, Node> nodes() {
        return nodes;
    }

    /** Returns a copy to go back to. */
    TreeMap<String, Node> copy() {
        TreeMap<String, Node> copy = new TreeMap<>();
        nodes.forEach((path, node) -> copy.put(path, node.copy()));
        return copy;
    }

    void backTo(TreeMap<String, Node> before) {
        nodes = before;
    }

    TreeSet<String> children(String path) {
        TreeSet<String> names = new TreeSet<>();
        for (String each : nodes.keySet()) {
            if (!each.equals("/") && parent(each).equals(path)) {
                names.add(each.substring(each.lastIndexOf('/') + 1));
            }
        }
        return names;
    }

    ErrorCode create(Asker asker, String path, String content, CreateMode mode, long ttlMillis, boolean guarded) {
        if (guarded && !asker.isUser) {
            return ErrorCode.INVALID_ACL;
        }
        Node parent = nodes.get(parent(path));
        if (parent == null) {
            return ErrorCode.NO_NODE;
        }
        if (!parent.admits(asker)) {
            return ErrorCode.NO_AUTH;
        }
        String name = mode.isSequential() ? path + String.format("%010d", parent.childrenMade) : path;
        if (nodes.containsKey(name)) {
            return ErrorCode.NODE_EXISTS;
        }
        if (NodeOwner.isSession(parent.owner)) {
            return ErrorCode.NO_CHILDREN_FOR_EPHEMERALS;
        }
        Node node = new Node();
        node.content = content;
        node.guarded = guarded;
        node.owner = owner(asker, mode, ttlMillis);
        node.czxid = node.mzxid = node.pzxid = asker.zxid;
        node.ctime = node.mtime = asker.millis;
        nodes.put(name, node);
        parent.childrenMade++;
        parent.pzxid = asker.zxid;
        return ErrorCode.OK;
    }

    private static long owner(Asker asker, CreateMode mode, long ttlMillis) {
        if (mode.isEphemeral()) {
            return asker.session;
        }
        return mode.isTtl() ? NodeOwner.ttl(ttlMillis) : mode.isContainer() ? NodeOwner.CONTAINER : NodeOwner.NOBODY;
    }

    ErrorCode delete(Asker asker, String path, int version) {
        if (path.equals("/")) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        Node parent = nodes.get(parent(path));
        if (parent == null) {
            return ErrorCode.NO_NODE;
        }
        if (!parent.admits(asker)) {
            return ErrorCode.NO_AUTH;
        }
        Node node = nodes.get(path);
        if (node == null) {
            return ErrorCode.NO_NODE;
        }
        if (version != -1 && version != node.version) {
            return ErrorCode.BAD_VERSION;
        }
        if (!children(path).isEmpty()) {
            return ErrorCode.NOT_EMPTY;
        }
        remove(path, asker.zxid);
        return ErrorCode.OK;
    }

    /** Removes a node, whoever may. */
    void remove(String path, long zxid) {
        nodes.remove(path);
        Node parent = nodes.get(parent(path));
        parent.childrenGone++;
        parent.pzxid = zxid;
    }

    ErrorCode set(Asker asker, String path, String content, int version) {
        Node node = nodes.get(path);
        ErrorCode refusal = refusal(asker, node, node == null ? 0 : node.version, version);
        if (refusal == ErrorCode.OK) {
            node.content = content;
            node.version++;
            node.mzxid = asker.zxid;
            node.mtime = asker.millis;
        }
        return refusal;
    }

    ErrorCode guard(Asker asker, String path, boolean guarded, int version) {
        if (guarded && !asker.isUser) {
            return ErrorCode.INVALID_ACL;
        }
        Node node = nodes.get(path);
        ErrorCode refusal = refusal(asker, node, node == null ? 0 : node.aversion, version);
        if (refusal == ErrorCode.OK) {
            node.guarded = guarded;
            node.aversion++;
        }
        return refusal;
    }

    ErrorCode check(Asker asker, String path, int version) {
        Node node = nodes.get(path);
        return refusal(asker, node, node == null ? 0 : node.version, version);
    }

    /** Says what a read of the node's data or children is refused with. */
    ErrorCode read(Asker asker, String path) {
        return refusal(asker, nodes.get(path), 0, -1);
    }

    private static ErrorCode refusal(Asker asker, Node node, int is, int wanted) {
        if (node == null) {
            return ErrorCode.NO_NODE;
        }
        if (!node.admits(asker)) {
            return ErrorCode.NO_AUTH;
        }
        return wanted == -1 || wanted == is ? ErrorCode.OK : ErrorCode.BAD_VERSION;
    }

    /** Ends a session: all its nodes go at once. */
    void end(long session, long zxid) {
        nodes.entrySet().stream()
                .filter(each -> each.getValue().owner == session)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(path -> remove(path, zxid));
    }

    /** Says whether nothing keeps a node any more: it is an emptied container, or its time is over by now. */
    boolean mayVanish(String path, long nowMillis) {
        Node node = nodes.get(path);
        if (node == null || !children(path).isEmpty()) {
            return false;
        }
        return NodeOwner.isTtl(node.owner)
                ? nowMillis - node.mtime > NodeOwner.ttlMillis(node.owner)
                : node.owner == NodeOwner.CONTAINER && node.childrenMade > 0;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
