package baton.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What every answer and every watch event begins with. A body follows only if {@code error} is 0 and the operation has
 * one.
 *
 * <pre>int32 xid, int64 zxid, int32 error</pre>
 *
 * @param xid the request's, or {@link Xid#NOTIFICATION}
 * @param zxid last transaction the server had applied; for a watch event the one that caused it. Clients ignore
 *     values of 0 and less
 * @param error number of an {@link ErrorCode}, or one this release does not know
 */
public record ReplyHeader(int xid, long zxid, int error) {
    /** Size on the wire. */
    public static final int BYTES = 16;

    public ReplyHeader(int xid, long zxid, ErrorCode error) {
        this(xid, zxid, error.code());
    }

    /** Makes the header of a watch event. */
    public static ReplyHeader notification(long zxid) {
        return new ReplyHeader(Xid.NOTIFICATION, zxid, 0);
    }

    public static ReplyHeader read(WireReader in) {
        return new ReplyHeader(in.int32("xid"), in.int64("zxid"), in.int32("err"));
    }

    public void write(WireWriter out) {
        out.int32(xid).int64(zxid).int32(error);
    }

    public boolean isOk() {
        return error == 0;
    }

    /** Returns the error, or null if this release does not know it. */
    public @Nullable ErrorCode errorCode() {
        return ErrorCode.find(error);
    }
}
