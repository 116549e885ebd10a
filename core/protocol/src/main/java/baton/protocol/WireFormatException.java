package baton.protocol;

/**
 * Bytes that are not what the protocol says they must be.
 *
 * <p>Retrying with the same bytes cannot help. A server answers a request that fails to decode with
 * {@link ErrorCode#MARSHALLING_ERROR} and keeps the connection; a client drops the connection.
 */
public final class WireFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final int offset;

    public WireFormatException(String field, int offset, String problem) {
        super("field '" + field + "' at byte " + offset + ": " + problem);
        this.field = field;
        this.offset = offset;
    }

    /** Returns the name of the field that could not be read. */
    public String field() {
        return field;
    }

    /** Returns the position of the field's first byte, counted from the start of what was being read. */
    public int offset() {
        return offset;
    }
}
