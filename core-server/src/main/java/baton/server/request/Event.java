package baton.server.request;

import baton.protocol.ConnectRequest;
import baton.protocol.Request;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.txn.LogSpace;
import java.util.List;

/** What can happen to the {@link Sequencer}. */
public sealed interface Event {
    /** A client asks for a session. The connection is new, and sends nothing else before it is answered. */
    record Connected(ClientConnection from, ConnectRequest request) implements Event {}

    /**
     * A client asks for a change, for the end of its session, or for a {@code sync}.
     *
     * @param identities who the client was when the request was read from the socket
     * @param heardAtNanos when that was, by the host's monotonic clock
     */
    record Requested(
            ClientConnection from,
            long sessionId,
            int xid,
            Request request,
            List<Identity> identities,
            long heardAtNanos)
            implements Event {}

    /** A client asks for a change that could not be decoded. */
    record Undecodable(ClientConnection from, long sessionId, int xid) implements Event {}

    /**
     * Somebody who has a session has proved to be somebody.
     *
     * @param identities all that the connection has by now
     */
    record Proved(ClientConnection from, long sessionId, List<Identity> identities) implements Event {}

    /**
     * A connection ended; its session goes on. Of a client that waits for a session, its own end is enough: it has given up.
     */
    record Disconnected(ClientConnection from, long sessionId) implements Event {}

    /** All entries up to the zxid survive a power cut. */
    record Durable(long zxid) implements Event {}

    /** Time has passed; comes at least once a tick while there are sessions. */
    record Ticked() implements Event {}

    /** The server did not run, or did not read its sockets, until now for so many milliseconds: they do not count. */
    record StoodStill(long millis) implements Event {}

    /** The disk has become nearly full, or full, or has space again. */
    record SpaceChanged(LogSpace space) implements Event {}
}
