package baton.core.testkit;

/** Operations of the znode protocol as a proxy tells them apart. */
public enum WireOp {
    CREATE(1, 15, 19, 21),
    DELETE(2),
    EXISTS(3),
    GET_DATA(4),
    SET_DATA(5),
    GET_CHILDREN(8, 12),
    SYNC(9),
    PING(11),
    MULTI(14),
    REMOVE_WATCHES(18),
    SET_WATCHES(101, 105),
    GET_EPHEMERALS(103),
    ADD_WATCH(106),
    CLOSE_SESSION(-11);

    private final int[] codes;

    WireOp(int... codes) {
        this.codes = codes;
    }

    boolean matches(int code) {
        for (int each : codes) {
            if (each == code) {
                return true;
            }
        }
        return false;
    }
}
