package baton.protocol;

/**
 * The first message of a server: the session it granted, or that it refused.
 *
 * <pre>int32 protocolVersion, int32 timeout, int64 sessionId, buffer password, [bool readOnly]</pre>
 *
 * @param protocolVersion always 0
 * @param timeoutMillis session timeout granted; 0 says that the session has expired or the password is wrong
 * @param sessionId the session, 0 if refused
 * @param password what the client must show to get the session back
 * @param readOnly the server has no quorum and serves reads only
 * @param readOnlySent the byte is on the wire: if and only if the client sent its own
 */
public record ConnectResponse(
        int protocolVersion,
        int timeoutMillis,
        long sessionId,
        Bytes password,
        boolean readOnly,
        boolean readOnlySent) {
    public ConnectResponse {
        if (readOnly && !readOnlySent) {
            throw new IllegalArgumentException("readOnly=true cannot be said without sending the byte");
        }
    }

    /** Makes the answer that refuses a session. */
    public static ConnectResponse refused(boolean readOnly, boolean readOnlySent) {
        return new ConnectResponse(0, 0, 0, ConnectRequest.NO_PASSWORD, readOnly && readOnlySent, readOnlySent);
    }

    public static ConnectResponse read(WireReader in) {
        int protocolVersion = in.int32("protocolVersion");
        int timeoutMillis = in.int32("timeOut");
        long sessionId = in.int64("sessionId");
        Bytes password = in.nullableBuffer("passwd");
        boolean readOnlySent = in.hasRemaining();
        boolean readOnly = readOnlySent && in.bool("readOnly");
        return new ConnectResponse(
                protocolVersion,
                timeoutMillis,
                sessionId,
                password == null ? Bytes.EMPTY : password,
                readOnly,
                readOnlySent);
    }

    public void write(WireWriter out) {
        out.int32(protocolVersion).int32(timeoutMillis).int64(sessionId).buffer(password);
        if (readOnlySent) {
            out.bool(readOnly);
        }
    }

    /** Says whether the server granted no session. */
    public boolean isRefused() {
        return timeoutMillis <= 0;
    }
}
