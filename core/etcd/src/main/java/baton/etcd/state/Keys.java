package baton.etcd.state;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Which key a node has: the namespace followed by its path, both as text, so that {@code etcdctl} shows what recipes show.
 *
 * <pre>
 * node            {@code <namespace>/locks/a/lock-<uuid>}
 * what is below   {@code <namespace>/locks/a/} up to but not including {@code <namespace>/locks/a0}
 * fence key       {@code <namespace>/.s/<lease in hexadecimal digits>}
 * </pre>
 *
 * The root has the key of the namespace itself, or {@code /} without one. Nobody but the core writes below {@code /.s},
 * and nobody sees it.
 *
 * @param namespace begins with a slash and does not end with one, or is empty
 */
public record Keys(String namespace) {
    private static final NodePath SESSIONS = NodePath.of("/.s");

    /** The namespace of an address. */
    public static Keys in(NodePath namespace) {
        return new Keys(namespace.isRoot() ? "" : namespace.toString());
    }

    /**
     * The key of a node.
     *
     * @throws CoordinationException with UNSUPPORTED for a path that the core keeps for itself
     */
    public ByteString key(NodePath path) {
        if (path.isWithin(SESSIONS)) {
            throw new CoordinationException(
                    CoreError.UNSUPPORTED, path, path + ": the core keeps its sessions there, choose another path");
        }
        if (path.isRoot()) {
            return ByteString.copyFromUtf8(namespace.isEmpty() ? "/" : namespace);
        }
        return ByteString.copyFromUtf8(namespace + path);
    }

    /** What the keys of all nodes below a directory begin with. */
    public ByteString prefix(NodePath directory) {
        return ByteString.copyFromUtf8(namespace + (directory.isRoot() ? "/" : directory + "/"));
    }

    /** The first key behind all that begin with a prefix. */
    public static ByteString end(ByteString prefix) {
        int last = prefix.size() - 1;
        byte[] next = {(byte) (prefix.byteAt(last) + 1)};
        return prefix.substring(0, last).concat(ByteString.copyFrom(next));
    }

    public ByteString fence(LeaseId session) {
        return ByteString.copyFromUtf8(namespace + SESSIONS + "/" + session.hex());
    }

    /** The node that has a key; empty for fence keys and for keys that other programs have made and no path fits. */
    public Optional<NodePath> path(ByteString key) {
        String text = key.toStringUtf8();
        if (!text.startsWith(namespace) || text.length() == namespace.length()) {
            return Optional.empty();
        }
        try {
            NodePath path = NodePath.of(text.substring(namespace.length()));
            return path.isRoot() || path.isWithin(SESSIONS) ? Optional.empty() : Optional.of(path);
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }
}
