package baton.shell.exit;

/** What a process of {@code bin/baton} ends with. Scripts depend on the numbers. */
public enum ExitCode {
    OK(0),
    /** The operation was refused, or found a problem. */
    PROBLEM(1),
    /** The command line was wrong. */
    USAGE(2),
    CONFIGURATION(3),
    /** The server could not be reached, or did not answer in time. */
    UNREACHABLE(4),
    /** Authentication failed, or a permission is missing. */
    DENIED(5),
    DAMAGED(6),
    /** Something like it is already running, or holds a lock it needs. */
    ALREADY_RUNNING(7),
    /** A bug. */
    INTERNAL(70),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** Returns what the process ends with. */
    public int number() {
        return number;
    }
}
