package baton.protocol;

/** Identifies a session; 0 is none. Shown in hexadecimal, as in every log, tool and znode name of this field. */
public record SessionId(long value) {
    /** No session. */
    public static final SessionId NONE = new SessionId(0);

    /** Shows a bare session number, for example {@code 0x100000f62530000}. */
    public static String format(long value) {
        return "0x" + Long.toHexString(value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
