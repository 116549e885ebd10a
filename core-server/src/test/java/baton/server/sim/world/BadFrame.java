package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import java.util.function.Consumer;

/** What ends the connection of whoever sends it in the middle of a session, and nothing else: not even the session. */
enum BadFrame {
    TOO_LONG(ErrorCode.OK, out -> out.int32(Integer.MAX_VALUE).int32(1)),
    NEGATIVE_LENGTH(ErrorCode.OK, out -> out.int32(-1).int32(1)),
    /** What a monitoring script says on a connection of its own. */
    FOUR_LETTERS(ErrorCode.OK, out -> out.int32(0x72756f6b)),
    LENGTH_OF_NOTHING(ErrorCode.OK, out -> out.int32(0)),
    HALF_A_HEADER(ErrorCode.OK, out -> out.int32(4).int32(1)),
    UNKNOWN_OPERATION(
            ErrorCode.UNIMPLEMENTED, out -> out.int32(8).int32(BadFrame.XID).int32(4711)),
    CHECK_ALONE(ErrorCode.UNIMPLEMENTED, out -> Wire.frame(out, BadFrame.XID, new Request.Check("/", -1))),
    SESSION_IN_A_SESSION(
            ErrorCode.UNIMPLEMENTED, out -> Wire.frame(out, BadFrame.XID, new Request.CreateSession(1_000))),
    SERVERS_DELETION(ErrorCode.OK, out -> Wire.frame(out, BadFrame.XID, new Request.DeleteContainer("/a"))),
    UNKNOWN_SCHEME(
            ErrorCode.AUTH_FAILED, out -> Wire.frame(out, Xid.AUTH, new Request.Auth(0, "nobody", Bytes.utf8("a:b")))),
    /** The client looks for an ensemble that this is not. */
    ANOTHER_ENSEMBLE(ErrorCode.OK, out -> Wire.frame(out, Xid.AUTH, Workload.call("another")));

    /** No client comes so far. */
    private static final int XID = Integer.MAX_VALUE;

    private final ErrorCode error;
    private final Consumer<WireWriter> writing;

    /** @param error what the server may answer before it closes the connection; OK for nothing */
    BadFrame(ErrorCode error, Consumer<WireWriter> writing) {
        this.error = error;
        this.writing = writing;
    }

    byte[] bytes() {
        WireWriter out = new WireWriter();
        writing.accept(out);
        return out.toArray();
    }

    /** Says whether a header is that of the answer to this. */
    boolean isAnsweredBy(int xid, int answered) {
        return error != ErrorCode.OK
                && error.code() == answered
                && xid == (error == ErrorCode.AUTH_FAILED ? Xid.AUTH : XID);
    }
}
