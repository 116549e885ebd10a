package baton.shell.console;

import baton.shell.exit.ExitCode;

/** Whoever reads the results has seen enough of them: the command ends, and nothing is wrong. */
final class EnoughException extends ShellException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
        super(ExitCode.OK, "Enough", null, "enough was seen");
    }
}
