package baton.server.sim.history;

import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import org.jspecify.annotations.Nullable;

/** A request of a client and what came back: an answer, or nothing, and then nobody knows. */
public final class Operation {
    private final long session;
    private final int xid;
    private final Request request;
    private final long called;
    private long returned = Long.MAX_VALUE;
    private long zxid;
    private int error;
    private @Nullable Response response;

    /** @param called when it was sent, on the run's one count of calls and returns */
    public Operation(long session, int xid, Request request, long called) {
        this.session = session;
        this.xid = xid;
        this.request = request;
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

    public int xid() {
        return xid;
    }

    public Request request() {
        return request;
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
        return "session=" + Long.toHexString(session) + " xid=" + xid + " " + request + " -> " + end;
    }
}
