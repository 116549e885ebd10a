package baton.server.request;

import baton.protocol.Acl;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.Permission;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.tree.AclEntry;
import baton.server.tree.ChildSet;
import baton.server.tree.ListingCache;
import baton.server.tree.NodeState;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchMode;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that change nothing in the tree, on the thread of the client's connection.
 *
 * <p>A request that only reads runs beside the writer and is repeated if that interfered. One that also sets a watch, or
 * looks at more than nodes, holds the writer off meanwhile: so the watch is set on exactly what was read.
 *
 * <p>Even what reads nothing passes the gate: the zxid in its answer promises that the events up to it were sent before.
 *
 * <p>Thread-safe. The caller keeps the order of its connection: a read waits for the connection's writes before it, and
 * before an answer is sent, the events handed to the connection so far are.
 */
public final class ReadRequests {
    /** What stands before each result of a multi, and a length or an error. */
    private static final int RESULT_BYTES = 13;

    /** Never a watch that is forgotten without a word. */
    static final ErrorCode TOO_MANY_WATCHES = ErrorCode.QUOTA_EXCEEDED;

    private final ZnodeTree tree;
    private final WatchTable<ClientConnection> watches;
    private final AccessControl access;
    private final int listBytesMax;
    private final int manyReadsBytesMax;

    /**
     * Answers from the tree.
     *
     * @param listBytesMax how many bytes the names of a node's children may take in an answer; there is an error if more
     * @param manyReadsBytesMax likewise the results of one {@code multiRead}
     */
    public ReadRequests(
            ZnodeTree tree,
            WatchTable<ClientConnection> watches,
            AccessControl access,
            int listBytesMax,
            int manyReadsBytesMax) {
        this.tree = tree;
        this.watches = watches;
        this.access = access;
        this.listBytesMax = listBytesMax;
        this.manyReadsBytesMax = manyReadsBytesMax;
    }

    /** Makes what answers reads of one node, for the connections of one thread; the cache is of that thread, too. */
    public NodeReads nodeReads(ListingCache listings) {
        return new NodeReads(tree, watches, this, listings);
    }

    /**
     * Answers a request of kind read or local, {@code ping} and {@code whoAmI} included, but none that {@link NodeReads}
     * answers.
     *
     * @param identities who the client was when the request was read from the socket
     */
    public ReadAnswer answer(Request request, ClientConnection from, Session session, List<Identity> identities) {
        if (session.isClosing()) {
            return tree.gate().read(() -> failed(ErrorCode.SESSION_EXPIRED));
        }
        if (request instanceof Request.Ping) {
            return tree.gate().read(() -> done(Response.Empty.INSTANCE));
        }
        if (request instanceof Request.GetAcl get) {
            return tree.gate().read(() -> getAcl(get.path(), identities));
        }
        if (request instanceof Request.GetAllChildrenNumber get) {
            return tree.gate().read(() -> descendantCount(get.path(), identities));
        }
        if (request instanceof Request.GetEphemerals get) {
            return tree.gate().readAlone(() -> ephemerals(get.prefix(), session.id()));
        }
        if (request instanceof Request.MultiRead multi) {
            return tree.gate().read(() -> multiRead(multi, identities));
        }
        return tree.gate().readAlone(() -> watching(request, from, identities));
    }

    /** Answers a read that could not be decoded. */
    public ReadAnswer undecodable() {
        return tree.gate().read(() -> failed(ErrorCode.MARSHALLING_ERROR));
    }

    private static Response content(NodeState state) {
        return new Response.Content(state.content(), state.stat());
    }

    /** Says whether so long a list is never sent. */
    boolean isTooLong(ChildSet children) {
        return children.encodedBytes() > listBytesMax - ReplyHeader.BYTES - Stat.BYTES;
    }

    private ReadAnswer getAcl(String path, List<Identity> identities) {
        Znode node = tree.find(path);
        if (node == null) {
            return failed(ErrorCode.NO_NODE);
        }
        NodeState state = node.state();
        List<Acl> acl = state.acl().list();
        if (!access.allows(acl, Permission.READ | Permission.ADMIN, identities)) {
            return failed(ErrorCode.NO_AUTH);
        }
        return done(new Response.AclList(access.shown(acl, identities), state.stat()));
    }

    private ReadAnswer descendantCount(String path, List<Identity> identities) {
        Znode node = tree.find(path);
        ErrorCode error = readable(node, identities);
        return node == null || error != ErrorCode.OK
                ? failed(error)
                : done(new Response.DescendantCount(node.descendantCount()));
    }

    // The prefix is text, not a path: /a also finds /ab.
    private ReadAnswer ephemerals(@Nullable String prefix, long sessionId) {
        List<String> paths = new ArrayList<>(tree.ephemerals().pathsOf(sessionId));
        if (prefix != null && !prefix.isBlank() && !prefix.trim().equals(ZnodeTree.ROOT)) {
            paths.removeIf(path -> !path.startsWith(prefix));
        }
        long bytes = ReplyHeader.BYTES + Integer.BYTES;
        for (String each : paths) {
            bytes += ZnodeTree.recordBytes(each);
        }
        return bytes > listBytesMax ? failed(ErrorCode.MARSHALLING_ERROR) : done(new Response.Ephemerals(paths));
    }

    private ReadAnswer multiRead(Request.MultiRead multi, List<Identity> identities) {
        List<MultiResult> results = new ArrayList<>(multi.ops().size());
        long bytes = ReplyHeader.BYTES + RESULT_BYTES;
        for (Request.MultiReadOp op : multi.ops()) {
            bytes += RESULT_BYTES;
            String path = op.path();
            Znode node = tree.find(path);
            ErrorCode error = readable(node, identities);
            if (node == null || error != ErrorCode.OK) {
                results.add(new MultiResult.Failed(error));
            } else if (op instanceof Request.GetChildren && isTooLong(node.children())) {
                results.add(new MultiResult.Failed(ErrorCode.MARSHALLING_ERROR));
            } else {
                NodeState state = node.state();
                boolean isList = op instanceof Request.GetChildren;
                results.add(MultiResult.Done.of(
                        op.opCode(),
                        isList ? new Response.Children(node.children().names()) : content(state)));
                bytes += isList ? node.children().encodedBytes() : Stat.BYTES + state.contentSize();
            }
            if (bytes > manyReadsBytesMax) {
                return failed(ErrorCode.MARSHALLING_ERROR);
            }
        }
        return done(new Response.Multi(results));
    }

    private ReadAnswer watching(Request request, ClientConnection from, List<Identity> identities) {
        if (request instanceof Request.AddWatch add) {
            boolean added = watch(add.path(), tree.find(add.path()), from, WatchMode.of(add.mode()));
            return added ? done(Response.WatchAdded.INSTANCE) : failed(TOO_MANY_WATCHES);
        }
        if (request instanceof Request.CheckWatches check) {
            return present(watches.has(check.path(), from, check.type()));
        }
        if (request instanceof Request.RemoveWatches remove) {
            return present(watches.remove(remove.path(), from, remove.type()));
        }
        if (request instanceof Request.SetWatches set) {
            MissedWatches missed = new MissedWatches(set.relativeZxid(), from, identities);
            missed.set(set.data(), set.exist(), set.child());
            return missed.answer();
        }
        if (request instanceof Request.SetWatches2 set) {
            MissedWatches missed = new MissedWatches(set.relativeZxid(), from, identities);
            missed.set(set.data(), set.exist(), set.child());
            set.persistent().forEach(path -> missed.register(path, WatchMode.PERSISTENT));
            set.persistentRecursive().forEach(path -> missed.register(path, WatchMode.RECURSIVE));
            return missed.answer();
        }
        if (request instanceof Request.WhoAmI) {
            return done(new Response.Identities(access.shown(identities)));
        }
        throw new IllegalArgumentException(request.opCode() + " is not answered by reading");
    }

    private ReadAnswer present(boolean present) {
        return present ? done(Response.Empty.INSTANCE) : failed(ErrorCode.NO_WATCHER);
    }

    /** Registers the watches a client had elsewhere; those that would have fired meanwhile fire instead. */
    private final class MissedWatches {
        private final long seenZxid;
        private final ClientConnection from;
        private final List<Identity> identities;
        private final List<WatchEvent> missed = new ArrayList<>();
        private boolean complete = true;

        MissedWatches(long seenZxid, ClientConnection from, List<Identity> identities) {
            this.seenZxid = seenZxid;
            this.from = from;
            this.identities = identities;
        }

        void set(List<String> data, List<String> exist, List<String> child) {
            for (String path : data) {
                Znode node = tree.find(path);
                if (node == null) {
                    missed.add(new WatchEvent(EventType.NODE_DELETED, path));
                } else if (node.state().mzxid() > seenZxid) {
                    miss(EventType.NODE_DATA_CHANGED, path, node);
                } else {
                    register(path, WatchMode.DATA);
                }
            }
            for (String path : exist) {
                Znode node = tree.find(path);
                if (node == null) {
                    register(path, WatchMode.DATA);
                } else {
                    miss(EventType.NODE_CREATED, path, node);
                }
            }
            for (String path : child) {
                Znode node = tree.find(path);
                if (node == null) {
                    missed.add(new WatchEvent(EventType.NODE_DELETED, path));
                } else if (node.state().pzxid() > seenZxid) {
                    miss(EventType.NODE_CHILDREN_CHANGED, path, node);
                } else {
                    register(path, WatchMode.CHILDREN);
                }
            }
        }

        private void miss(EventType type, String path, Znode node) {
            if (readable(node, identities) == ErrorCode.OK) {
                missed.add(new WatchEvent(type, path));
            }
        }

        void register(String path, WatchMode mode) {
            complete &= watch(path, tree.find(path), from, mode);
        }

        ReadAnswer answer() {
            long zxid = tree.position().zxid();
            return complete
                    ? new ReadAnswer(zxid, ErrorCode.OK, Response.Empty.INSTANCE, List.copyOf(missed))
                    : new ReadAnswer(zxid, TOO_MANY_WATCHES, null, List.copyOf(missed));
        }
    }

    /** A node that is there stands for its path, unless it was found by the root's other name. */
    private boolean watch(String path, @Nullable Znode node, ClientConnection from, WatchMode mode) {
        return node == null || path.isEmpty() ? watches.add(path, from, mode) : watches.add(node, from, mode);
    }

    /** Says whether somebody with the identities may read the node, and whether there is one. */
    ErrorCode readable(@Nullable Znode node, List<Identity> identities) {
        if (node == null) {
            return ErrorCode.NO_NODE;
        }
        AclEntry acl = node.state().acl();
        return acl.lets(Permission.READ) || access.allows(acl.list(), Permission.READ, identities)
                ? ErrorCode.OK
                : ErrorCode.NO_AUTH;
    }

    private ReadAnswer done(Response response) {
        return ReadAnswer.done(tree.position().zxid(), response);
    }

    private ReadAnswer failed(ErrorCode error) {
        return ReadAnswer.failed(tree.position().zxid(), error);
    }
}
