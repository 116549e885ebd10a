package baton.server.sim.history;

import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import org.jspecify.annotations.Nullable;

/** A request of a client and what came back: an answer, or nothing, and then nobody knows. */
public final class Operation {
    /** How a request reaches the server, if it does. */
    public enum Form {
        WHOLE,
        /** Its last byte is missing, though its length is right: nothing may come of it but an error. */
        CUT_SHORT,
        /** Behind something that ends the connection: nothing at all may come of it. */
        TOO_LATE
    }

    private final long session;
    private final Caller caller;
    private final int xid;
    private final Request request;
    private final Form form;
    private final long called;
    private long returned = Long.MAX_VALUE;
    private long zxid;
    private int error;
    private @Nullable Response response;

    /** @param called when it was sent, on the run's one count of calls and returns */
    public Operation(long session, Caller caller, int xid, Request request, Form form, long called) {
        this.session = session;
        this.caller = caller;
        this.xid = xid;
        this.request = request;
        this.form = form;
        this.called = called;
    }

    /** The answer has come. */
    public void returned(ReplyHeader header, @Nullable Response answer, long moment) {
        returned = moment;
        zxid = header.zxid();
        error = header.error();
        response = answer;
    }

    public long session() {
        return session;
    }

    /** Who the client was when it sent this. */
    public Caller caller() {
        return caller;
    }

    public int xid() {
        return xid;
    }

    public Request request() {
        return request;
    }

    public Form form() {
        return form;
    }

    public long called() {
        return called;
    }

    /** When the answer came; {@link Long#MAX_VALUE} if it did not. */
    public long returned() {
        return returned;
    }

    public boolean isAnswered() {
        return returned != Long.MAX_VALUE;
    }

    public long zxid() {
        return zxid;
    }

    public int error() {
        return error;
    }

    public @Nullable Response response() {
        return response;
    }

    @Override
    public String toString() {
        String end = isAnswered() ? "zxid=" + zxid + " error=" + error + " " + response : "unanswered";
        String shape = form == Form.WHOLE ? "" : form + " ";
        return "session=" + Long.toHexString(session) + " xid=" + xid + " " + shape + request + " -> " + end;
    }
}
