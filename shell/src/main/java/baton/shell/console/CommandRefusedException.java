package baton.shell.console;

import baton.shell.exit.ExitCode;
import org.jspecify.annotations.Nullable;

/** The command cannot be done as things are, for a reason that no server gave. */
final class CommandRefusedException extends ShellException {
    private static final long serialVersionUID = 1L;

    CommandRefusedException(String name, @Nullable String path, String message) {
        this(ExitCode.PROBLEM, name, path, message);
    }

    CommandRefusedException(ExitCode exitCode, String name, @Nullable String path, String message) {
        super(exitCode, name, path, message);
    }
}
