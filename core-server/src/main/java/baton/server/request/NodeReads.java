package baton.server.request;

import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireText;
import baton.protocol.WireWriter;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.tree.ChildSet;
import baton.server.tree.ListingCache;
import baton.server.tree.NodeState;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchMode;
import baton.server.watch.WatchTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the reads of one node that nearly all clients send nearly always: {@code getData}, {@code exists}, {@code
 * getChildren} and {@code getChildren2}. From the bytes of the request to the bytes of the answer, and nothing is made in
 * between but the watch that was asked for.
 *
 * <p>The path is looked up by its bytes. Only if it has letters beyond ASCII does it become a string for a moment: the
 * wire has two ways of writing some of them, the tree one.
 *
 * <p>First {@link #look}, which passes the tree's gate as {@link ReadRequests} describes it; then, once the events that
 * came before were sent, {@link #write}. Confined to the thread of the connections it serves.
 *
 * <p>What is remembered here is stored only where it differs: with G1, to refer from what has lived for long to anything else
 * has the processor wait until all it has written before is out, and that a dozen times a request.
 */
public final class NodeReads {
    private static final int PATH_BYTES_KEPT = 1 << 10;

    private static final int OPERATION_AT = 2 * Integer.BYTES;
    private static final int PATH_AT = 4 * Integer.BYTES;

    private final ZnodeTree tree;
    private final WatchTable<ClientConnection> watches;
    private final ReadRequests rules;
    private final Supplier<ErrorCode> inside = this::inside;
    private final ListingCache listings;
    private final byte[] shortPath = new byte[PATH_BYTES_KEPT];
    private final Foresight foresight;

    // What is asked.
    private OpCode operation = OpCode.EXISTS;
    private byte[] path = shortPath;
    private int length;
    private boolean watch;

    // What was seen.
    private long zxid;
    private ErrorCode error = ErrorCode.OK;
    private @Nullable NodeState state;
    private @Nullable ChildSet children;
    private long payloadBytes;
    private boolean listingWasKept;
    private int lentAt;

    // Whose question it is, while looking.
    private @Nullable ClientConnection from;
    private List<Identity> identities = List.of();

    NodeReads(ZnodeTree tree, WatchTable<ClientConnection> watches, ReadRequests rules, ListingCache listings) {
        this.tree = tree;
        this.watches = watches;
        this.rules = rules;
        this.listings = listings;
        this.foresight = new Foresight(tree);
    }

    /** Says whether such requests are answered here. */
    public static boolean answers(OpCode operation) {
        return switch (operation) {
            case GET_DATA, EXISTS, GET_CHILDREN, GET_CHILDREN2 -> true;
            default -> false;
        };
    }

    /**
     * Looks at where the nodes lie that requests are about, all together; also those that are to be changed, for they are
     * checked very soon.
     *
     * @param frames as they came, each behind its length; the last may be cut off
     * @return how many requests it looked at
     */
    public int foresee(ByteBuffer frames) {
        int seen = 0;
        int at = frames.position();
        while (seen < Foresight.NODES_MAX && frames.limit() - at > PATH_AT) {
            int end = at + Integer.BYTES + frames.getInt(at);
            int pathEnd = at + PATH_AT + frames.getInt(at + PATH_AT - Integer.BYTES);
            if (at + PATH_AT > pathEnd || pathEnd > end || end > frames.limit()) {
                break;
            }
            OpCode next = OpCode.find(frames.getInt(at + OPERATION_AT));
            if (next != null && beginsWithItsNode(next)) {
                foresight.add(tree.hashes().of(frames, at + PATH_AT, pathEnd));
            }
            at = end;
            seen++;
        }
        foresight.look();
        return seen;
    }

    private static boolean beginsWithItsNode(OpCode operation) {
        return switch (operation) {
            case GET_DATA, EXISTS, GET_CHILDREN, GET_CHILDREN2, SET_DATA, CREATE, CREATE2, DELETE -> true;
            default -> false;
        };
    }

    /**
     * Looks at the node, and sets the watch if one is wanted.
     *
     * @param operation one that is {@linkplain #answers answered here}
     * @param identities who the client was when the request was read from the socket
     */
    public void look(
            OpCode operation, WireReader body, ClientConnection from, Session session, List<Identity> identities) {
        if (this.operation != operation) {
            this.operation = operation;
        }
        if (this.identities != identities) {
            this.identities = identities;
        }
        found(taken(body, session));
        if (watch && error == ErrorCode.OK) {
            this.from = from;
            try {
                found(tree.gate().readAlone(inside));
            } finally {
                this.from = null;
            }
        } else {
            found(tree.gate().read(inside));
        }
    }

    private void found(ErrorCode found) {
        if (error != found) {
            error = found;
        }
    }

    /** Returns the last transaction applied to the tree that was looked at. */
    public long zxid() {
        return zxid;
    }

    public ErrorCode error() {
        return error;
    }

    /** Lends the path that was asked for, in UTF-8 and its first {@link #pathLength} bytes, until the next look. */
    public byte[] unsafePath() {
        return path;
    }

    public int pathLength() {
        return length;
    }

    /** Says whether the list of children that was written had been encoded for somebody before. */
    public boolean listingWasKept() {
        return listingWasKept;
    }

    /** Returns how many bytes of data, or of names without their lengths, were written. */
    public long payloadBytes() {
        return payloadBytes;
    }

    /** Returns how many bytes the writer had when it came to what was lent, if anything was. */
    public int lentAt() {
        return lentAt;
    }

    /**
     * Writes header and body of the answer, but for what is lent.
     *
     * @return the part of the answer that was not written, and is to be sent from where it is, behind the first {@link #lentAt}
     *     bytes; null if all was written. Nobody may change it, and it stays as it is for as long as somebody has it
     */
    public @Nullable ByteBuffer write(int xid, WireWriter out) {
        out.int32(xid).int64(zxid).int32(error.code());
        NodeState seen = state;
        payloadBytes = 0;
        if (seen == null) {
            return null;
        }
        ByteBuffer lent = null;
        ChildSet listed = children;
        if (operation == OpCode.GET_DATA) {
            seen.writeContent(out);
            payloadBytes = seen.contentSize();
        } else if (listed != null) {
            lent = listings.lend(listed);
            lentAt = out.size();
            listingWasKept = lent != null || listings.write(listed, out);
            payloadBytes = listed.namesBytes();
        }
        if (operation != OpCode.GET_CHILDREN) {
            seen.writeStat(out);
        }
        state = null;
        children = null;
        return lent;
    }

    /** Takes the request in; an error if the tree need not be asked. */
    private ErrorCode taken(WireReader body, Session session) {
        try {
            takePath(body);
            watch = body.bool("watch");
        } catch (WireFormatException e) {
            return ErrorCode.MARSHALLING_ERROR;
        }
        if (session.isClosing()) {
            return ErrorCode.SESSION_EXPIRED;
        }
        return operation == OpCode.EXISTS && hasNul() ? ErrorCode.BAD_ARGUMENTS : ErrorCode.OK;
    }

    private void takePath(WireReader body) {
        length = body.presentLength("path");
        path = length <= PATH_BYTES_KEPT ? shortPath : new byte[length];
        body.copyTo(path, length, "path");
        for (int at = 0; at < length; at++) {
            if (path[at] < 0) {
                path = WireText.decode(path, 0, length).getBytes(StandardCharsets.UTF_8);
                length = path.length;
                return;
            }
        }
    }

    private boolean hasNul() {
        for (int at = 0; at < length; at++) {
            if (path[at] == 0) {
                return true;
            }
        }
        return false;
    }

    /** What happens inside the gate, perhaps more than once. */
    private ErrorCode inside() {
        state = null;
        children = null;
        zxid = tree.position().zxid();
        if (error != ErrorCode.OK) {
            return error;
        }
        Znode node = tree.find(path, 0, length);
        ErrorCode access = rules.readable(node, identities);
        if (node != null && access == ErrorCode.OK && isList() && rules.isTooLong(node.children())) {
            return ErrorCode.MARSHALLING_ERROR;
        }
        if (watch && mayWatch(access) && !watched(node)) {
            return ReadRequests.TOO_MANY_WATCHES;
        }
        if (node != null && access == ErrorCode.OK) {
            state = node.state();
            if (isList()) {
                children = node.children();
            }
        }
        return access;
    }

    private boolean isList() {
        return operation == OpCode.GET_CHILDREN || operation == OpCode.GET_CHILDREN2;
    }

    /** Also what is not there can be watched, if it was asked whether it is. */
    private boolean mayWatch(ErrorCode access) {
        return operation == OpCode.EXISTS ? access != ErrorCode.NO_AUTH : access == ErrorCode.OK;
    }

    private boolean watched(@Nullable Znode node) {
        if (from == null) {
            throw new IllegalStateException("nobody asked");
        }
        WatchMode mode = isList() ? WatchMode.CHILDREN : WatchMode.DATA;
        // A node that is there stands for its path, unless it was found by the root's other name.
        return node == null || length == 0
                ? watches.add(Arrays.copyOf(path, length), from, mode)
                : watches.add(node, from, mode);
    }
}
