package baton.client.session;

import baton.protocol.ConnectRequest;
import baton.protocol.Request;
import baton.protocol.WireWriter;

/** Whole frames as a client sends them: {@code int32 length, int32 xid, int32 type, body}. */
public final class Frames {
    private static final int XID_AT = 4;
    private static final int CAPACITY = 128;

    private Frames() {}

    /** Encodes a request; its xid is 0 until {@link #setXid}. */
    public static byte[] request(Request request) {
        return request(0, request);
    }

    static byte[] request(int xid, Request request) {
        WireWriter out = new WireWriter(CAPACITY);
        int mark = out.beginFrame();
        out.int32(xid).int32(request.opCode().code());
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    static byte[] connect(ConnectRequest request) {
        WireWriter out = new WireWriter(CAPACITY);
        int mark = out.beginFrame();
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    static void setXid(byte[] frame, int xid) {
        frame[XID_AT] = (byte) (xid >>> 24);
        frame[XID_AT + 1] = (byte) (xid >>> 16);
        frame[XID_AT + 2] = (byte) (xid >>> 8);
        frame[XID_AT + 3] = (byte) xid;
    }
}
