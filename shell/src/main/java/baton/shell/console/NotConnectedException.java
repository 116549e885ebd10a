package baton.shell.console;

import baton.shell.exit.ExitCode;

/** There is no session to ask. */
final class NotConnectedException extends ShellException {
    private static final long serialVersionUID = 1L;

    NotConnectedException(String message) {
        super(ExitCode.UNREACHABLE, "NotConnected", null, message);
    }
}
