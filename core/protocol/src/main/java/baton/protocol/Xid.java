package baton.protocol;

/** The request numbers with a meaning of their own. All others are the client's to choose; servers echo them. */
public final class Xid {
    /** Marks a watch event. */
    public static final int NOTIFICATION = -1;

    /** Marks a ping and its answer. */
    public static final int PING = -2;

    /** Marks an authentication and its answer. */
    public static final int AUTH = -4;

    /** What the C client uses for re-registering watches; the Java client uses an ordinary number. */
    public static final int SET_WATCHES = -8;

    private Xid() {}
}
