package baton.shell.console;

import baton.shell.exit.ExitCode;

/** A command was given what it does not take. The message says what; the command's usage is shown below it. */
final class WrongUsageException extends ShellException {
    private static final long serialVersionUID = 1L;

    WrongUsageException(String message) {
        super(ExitCode.USAGE, "Usage", null, message);
    }
}
