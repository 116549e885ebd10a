package baton.shell.console;

import baton.shell.exit.ExitCode;

/** A command was given what it does not take. The message says what. */
final class WrongUsageException extends ShellException {
    private static final long serialVersionUID = 1L;

    private final boolean wantOfArguments;

    WrongUsageException(String message) {
        this(message, false);
    }

    private WrongUsageException(String message, boolean wantOfArguments) {
        super(ExitCode.USAGE, "Usage", null, message);
        this.wantOfArguments = wantOfArguments;
    }

    /** A command was given too little, which its usage says best. */
    static WrongUsageException missing(String what) {
        return new WrongUsageException("an argument is missing: " + what, true);
    }

    boolean isWantOfArguments() {
        return wantOfArguments;
    }
}
