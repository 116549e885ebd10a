package baton.protocol;

/**
 * The first message of a client: it asks for a session, or for one it had.
 *
 * <pre>int32 protocolVersion, int64 lastZxidSeen, int32 timeout, int64 sessionId, buffer password, [bool readOnly]</pre>
 *
 * <p>The last byte is optional: clients older than it exist, and a server must answer them without it.
 *
 * @param protocolVersion always 0, and not looked at
 * @param lastZxidSeen highest zxid the client has seen, 0 if none
 * @param timeoutMillis session timeout asked for
 * @param sessionId 0 for a new session
 * @param password 16 bytes; a null on the wire is read as none
 * @param readOnly the client accepts a server without a quorum
 * @param readOnlySent the byte is on the wire
 */
public record ConnectRequest(
        int protocolVersion,
        long lastZxidSeen,
        int timeoutMillis,
        long sessionId,
        Bytes password,
        boolean readOnly,
        boolean readOnlySent) {
    /** Number of bytes in a session's password. */
    public static final int PASSWORD_BYTES = 16;

    /** The password of a session that does not exist yet, or no longer. */
    public static final Bytes NO_PASSWORD = Bytes.wrap(new byte[PASSWORD_BYTES]);

    public ConnectRequest {
        if (readOnly && !readOnlySent) {
            throw new IllegalArgumentException("readOnly=true cannot be said without sending the byte");
        }
    }

    /** Makes the request of a current client, which always sends the last byte. */
    public ConnectRequest(long lastZxidSeen, int timeoutMillis, long sessionId, Bytes password, boolean readOnly) {
        this(0, lastZxidSeen, timeoutMillis, sessionId, password, readOnly, true);
    }

    public static ConnectRequest read(WireReader in) {
        int protocolVersion = in.int32("protocolVersion");
        long lastZxidSeen = in.int64("lastZxidSeen");
        int timeoutMillis = in.int32("timeOut");
        long sessionId = in.int64("sessionId");
        Bytes password = in.nullableBuffer("passwd");
        boolean readOnlySent = in.hasRemaining();
        boolean readOnly = readOnlySent && in.bool("readOnly");
        return new ConnectRequest(
                protocolVersion,
                lastZxidSeen,
                timeoutMillis,
                sessionId,
                password == null ? Bytes.EMPTY : password,
                readOnly,
                readOnlySent);
    }

    public void write(WireWriter out) {
        out.int32(protocolVersion).int64(lastZxidSeen).int32(timeoutMillis).int64(sessionId);
        out.buffer(password);
        if (readOnlySent) {
            out.bool(readOnly);
        }
    }
}
