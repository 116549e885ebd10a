package baton.server.request;

import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.WatchEvent;
import baton.protocol.WireWriter;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.tree.NodeState;
import baton.server.tree.QuotaExcess;
import baton.server.txn.TxnEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the {@link Sequencer} asks of the world, in the order in which it must happen. */
public sealed interface Effect {
    void accept(World world);

    /** Who carries effects out. */
    interface World {
        void append(Append effect);

        void answer(Answer effect);

        void deliver(Deliver effect);

        void welcome(Welcome effect);

        void refuse(Refuse effect);

        void close(Close effect);

        void warn(Warn effect);

        void crowded(Crowded effect);

        void treeRoom(TreeRoom effect);

        void overQuota(OverQuota effect);
    }

    /** What stands in an answer without an error. */
    sealed interface Body permits NodePath, PartResults {
        void write(WireWriter out);

        /** Returns the number of the {@link ErrorCode} that it tells of; 0 for none. */
        default int error() {
            return 0;
        }
    }

    /** The path of the node that was created, or asked to be seen as it is now. */
    record NodePath(String path) implements Body {
        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** Append the entry to the log, and report {@link Event.Durable} once it survives a power cut. */
    record Append(TxnEntry entry) implements Effect {
        @Override
        public void accept(World world) {
            world.append(this);
        }
    }

    /**
     * Answer a request: with the body, and behind it the stat of the node, each if there is one.
     *
     * @param zxid last transaction applied
     * @param error number of an {@link ErrorCode}, 0 if the request was carried out; otherwise that is all
     * @param node what the request created or changed, as far as the client wants to know
     */
    record Answer(
            ClientConnection to,
            int xid,
            long zxid,
            int error,
            @Nullable Body body,
            @Nullable NodeState node) implements Effect {
        /**
         * Returns why nothing of the request was carried out: number of an {@link ErrorCode}, of a multi that of the part that
         * has failed; 0 if it was.
         */
        public int refusal() {
            return error == 0 && body != null ? body.error() : error;
        }

        /** Writes what stands behind the header. */
        public void writeBody(WireWriter out) {
            if (body != null) {
                body.write(out);
            }
            if (node != null) {
                node.writeStat(out);
            }
        }

        @Override
        public void accept(World world) {
            world.answer(this);
        }
    }

    /**
     * Tell watchers what happened. They must have been handed the event before any thread can read the change.
     *
     * @param zxid the transaction that did it
     */
    record Deliver(WatchEvent event, long zxid, List<ClientConnection> to) implements Effect {
        public Deliver {
            to = List.copyOf(to);
        }

        @Override
        public void accept(World world) {
            world.deliver(this);
        }
    }

    /**
     * Let a client in: the session is its connection's from now on.
     *
     * @param zxid the transaction that has opened the session; 0 if it was taken up again
     * @param owed who it has to prove to be before anything else is done for it
     */
    record Welcome(ClientConnection to, Session session, ConnectResponse response, long zxid, List<Identity> owed)
            implements Effect {
        public Welcome {
            owed = List.copyOf(owed);
        }

        @Override
        public void accept(World world) {
            world.welcome(this);
        }
    }

    /** Tell a client that the session it asks for is not to be had, and close its connection. */
    record Refuse(ClientConnection to, ConnectResponse response) implements Effect {
        @Override
        public void accept(World world) {
            world.refuse(this);
        }
    }

    /** Close a connection once everything before this is sent. */
    record Close(ClientConnection connection, CloseReason reason) implements Effect {
        @Override
        public void accept(World world) {
            world.close(this);
        }
    }

    /** Tell the operator that a subtree has outgrown its soft quota. */
    record Warn(QuotaExcess excess) implements Effect {
        @Override
        public void accept(World world) {
            world.warn(this);
        }
    }

    /**
     * Tell the operator that the tree has no room in the heap, or has some again.
     *
     * @param isFull whether what grows is refused from now on
     * @param treeBytes how much memory it takes, roughly
     * @param treeBytesMax how much it may take
     */
    record TreeRoom(boolean isFull, int nodes, long treeBytes, long treeBytesMax) implements Effect {
        @Override
        public void accept(World world) {
            world.treeRoom(this);
        }
    }

    /** Tell the operator that a node is getting more children than can be listed in one answer some day. */
    record Crowded(String path, int children) implements Effect {
        @Override
        public void accept(World world) {
            world.crowded(this);
        }
    }

    /**
     * Count a request that a hard quota has refused.
     *
     * @param path the top of the subtree that has the quota
     */
    record OverQuota(String path) implements Effect {
        @Override
        public void accept(World world) {
            world.overQuota(this);
        }
    }

    /** Why a connection is closed. */
    enum CloseReason {
        /** The client closed its session. */
        SESSION_CLOSED,
        /** The client was not heard of for too long. */
        SESSION_EXPIRED,
        /** The session was taken up by another connection. */
        SESSION_MOVED,
        /** There is no such session on this connection. */
        NO_SESSION,
        /** The client has seen transactions that this server does not have. */
        CLIENT_AHEAD,
        /** There are as many sessions as there may be. */
        TOO_MANY_SESSIONS,
        /** Sessions are opened faster than they may be. */
        TOO_MANY_AT_ONCE,
        /** The client did not wait for its session. */
        GAVE_UP,
        /** There is no space for another session on the disk. */
        NO_SPACE,
        /** Clients may not ask for this. */
        NOT_FOR_CLIENTS
    }
}
