package baton.server;

/** What the process says to the script that started it. */
public enum ExitCode {
    OK(0),
    /** What was asked for is not done, for the reason that is told. */
    REFUSED(1),
    USAGE(2),
    CONFIGURATION(3),
    /** The data directory cannot be read back. */
    DATA_DAMAGED(6),
    /** The port or the data directory is in use. */
    ALREADY_RUNNING(7),
    /** A bug, or a disk or memory that failed or was too small while the server ran; decision 0029 says why not one each. */
    INTERNAL(70),
    /** The disk has failed three times within ten minutes; another start would change nothing. */
    STAYS_DOWN(71);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
