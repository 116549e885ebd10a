package baton.server;

/** A server could not start. Nothing of it is left behind: no thread, no port, no lock. The message is one line. */
public final class StartFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    public StartFailedException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public StartFailedException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Returns what a process should end with that was to run this server and nothing else. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
