package baton.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What every request begins with.
 *
 * <pre>int32 xid, int32 type</pre>
 *
 * @param xid number the answer will carry, see {@link Xid}
 * @param type number of an {@link OpCode}, or one this release does not know
 */
public record RequestHeader(int xid, int type) {
    /** Size on the wire. */
    public static final int BYTES = 8;

    public RequestHeader(int xid, OpCode opCode) {
        this(xid, opCode.code());
    }

    public static RequestHeader read(WireReader in) {
        return new RequestHeader(in.int32("xid"), in.int32("type"));
    }

    public void write(WireWriter out) {
        out.int32(xid).int32(type);
    }

    /** Returns the operation, or null if this release does not know it. */
    public @Nullable OpCode opCode() {
        return OpCode.find(type);
    }
}
