package baton.server.conformance;

import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes over the wire.
 *
 * @param type number of an operation, or any other
 * @param shown what it was meant to be
 */
record SentRequest(int xid, int type, byte[] body, String shown) {
    static SentRequest of(int xid, Request request) {
        WireWriter out = new WireWriter();
        request.write(out);
        return new SentRequest(xid, request.opCode().code(), out.toArray(), request.toString());
    }

    /** Returns the same with other bytes after the header. */
    SentRequest withBody(byte[] other, String why) {
        return new SentRequest(xid, type, other, why + " " + shown);
    }

    @Nullable
    OpCode operation() {
        return OpCode.find(type);
    }

    void write(WireWriter out) {
        int mark = out.beginFrame();
        out.int32(xid).int32(type).raw(body, 0, body.length);
        out.endFrame(mark);
    }

    @Override
    public String toString() {
        return "xid=" + xid + " type=" + type + " " + shown + " (" + (RequestHeader.BYTES + body.length) + " bytes)";
    }
}
