package baton.shell.console;

import baton.shell.exit.ExitCode;

/** What was given as a path is none. */
final class InvalidPathException extends ShellException {
    private static final long serialVersionUID = 1L;

    InvalidPathException(String path, String violation) {
        super(ExitCode.USAGE, "InvalidPath", path, text(path, violation));
    }

    /** The first two are the words of Apache's shell, which scripts may look for. */
    private static String text(String path, String violation) {
        if (!path.startsWith("/")) {
            return "Path must start with / character";
        }
        if (path.length() > 1 && path.endsWith("/")) {
            return "Path must not end with / character";
        }
        return "Invalid path string \"" + path + "\": " + violation;
    }
}
