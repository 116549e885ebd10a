package baton.server.sim.world;

import baton.protocol.ConnectResponse;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import baton.protocol.Xid;
import baton.server.sim.history.Caller;
import baton.server.sim.history.Conversation;
import baton.server.sim.history.History;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Operation.Form;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says and hears over one connection, written down by whoever looks at the bytes alone: for the history, and so
 * that what the client's own library makes of it can be compared.
 */
final class Overheard {
    private final String client;
    private final History history;
    private final Wire wire;
    private final Unanswered unanswered;
    private boolean asked;
    private boolean greeted;
    private long session;
    private Caller caller = Caller.from("0.0.0.0");
    private @Nullable Conversation conversation;

    /** The event in the frame that was heard last. */
    private @Nullable WatchEvent event;

    private long eventZxid;

    /** @param wire accepted by the server's machine */
    Overheard(String client, History history, Wire wire) {
        this.client = client;
        this.history = history;
        this.wire = wire;
        this.unanswered = new Unanswered(history);
    }

    /** Has what the server holds compared with what was asked over this connection. */
    void lookAtWatches(SimulatedMachine machine) {
        if (conversation != null && isQuiet()) {
            machine.watches().look(wire, conversation);
        }
    }

    /** Returns the session that the server spoke of, 0 before that. */
    long session() {
        return session;
    }

    /** Says whether the client has its session, and may ask for things. */
    boolean isWelcome() {
        return session != 0;
    }

    /** Says whether there is no answer on its way, nor anything that will have one. */
    boolean isQuiet() {
        return unanswered.isEmpty();
    }

    /** The client sends a frame; returns what it asks, null when it asks for its session. */
    @Nullable
    Operation said(byte[] frame) {
        if (!asked) {
            asked = true;
            return null;
        }
        WireReader in = WireReader.of(frame);
        in.int32("length");
        RequestHeader header = RequestHeader.read(in);
        Request request = Request.read(header.opCode(), in);
        Operation operation = new Operation(session, caller, header.xid(), request, Form.WHOLE, history.nextMoment());
        if (!Unanswered.isProof(operation)) {
            history.sent(operation);
        }
        if (request instanceof Request.Auth auth) {
            caller = caller.proving(auth.proof().utf8());
        }
        unanswered.add(operation);
        return operation;
    }

    /** The client gets a frame; returns the operation it answers, null if it answers none. */
    @Nullable
    Operation heard(byte[] frame) {
        event = null;
        WireReader in = WireReader.of(frame);
        in.int32("length");
        if (!greeted) {
            greeted = true;
            welcomed(ConnectResponse.read(in));
            return null;
        }
        ReplyHeader header = ReplyHeader.read(in);
        if (header.zxid() > 0) {
            history.chronicle().seen(header.zxid());
        }
        if (header.xid() == Xid.NOTIFICATION) {
            event = WatchEvent.read(in);
            eventZxid = header.zxid();
            conversation.told(header.zxid(), event);
            return null;
        }
        Operation answered = unanswered.answered(header, in);
        conversation.answered(answered);
        return answered;
    }

    private void welcomed(ConnectResponse response) {
        if (!response.isRefused()) {
            session = response.sessionId();
            wire.speaksFor(session);
            caller = Caller.from(wire.address());
            conversation = history.converse(client, session, caller);
        }
    }

    /** Says whether the frame heard last told of exactly this. */
    boolean hasHeardOf(WatchEvent told, long zxid) {
        return told.equals(event) && eventZxid == zxid;
    }

    /** Says whether the frame heard last told of an event. */
    boolean hasHeardOfAnything() {
        return event != null;
    }
}
