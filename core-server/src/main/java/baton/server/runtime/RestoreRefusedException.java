package baton.server.runtime;

/** A snapshot that is sent in place of everything is not taken. Nothing of what is there was touched. */
public final class RestoreRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What would have to be otherwise. */
    public enum Reason {
        /** The server: it has no directory to begin anew from. */
        NO_DIRECTORY,
        /** The time: another is being looked at. */
        BUSY,
        /** The time: the last one is not long enough ago. */
        TOO_SOON,
        /** What was sent: it is no whole snapshot, or none of one moment. */
        UNSOUND,
        /** The disk, or the memory: what was sent has no room beside what is there. */
        NO_ROOM,
        /** The disk: it does not take what was sent, or cannot read it back. */
        DISK,
        /** The time: the server stops. */
        STOPPING
    }

    private final Reason reason;

    RestoreRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
