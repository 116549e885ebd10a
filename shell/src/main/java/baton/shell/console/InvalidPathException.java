package baton.shell.console;

import baton.protocol.PathRules;
import baton.shell.exit.ExitCode;
import java.util.List;
import java.util.Optional;

/** What was given as a path is none. */
final class InvalidPathException extends ShellException {
    private static final long serialVersionUID = 1L;

    InvalidPathException(String path, String violation) {
        super(ExitCode.USAGE, "InvalidPath", path, text(path, violation));
    }

    /** In the words of Apache's shell, which scripts may look for. */
    private static String text(String path, String violation) {
        if (path.isEmpty()) {
            return "Path length must be > 0";
        }
        if (!path.startsWith("/")) {
            return "Path must start with / character";
        }
        if (path.length() > 1 && path.endsWith("/")) {
            return "Path must not end with / character";
        }
        return "Invalid path string \"" + path + "\" caused by " + cause(path).orElse(violation);
    }

    private static Optional<String> cause(String path) {
        int nameStart = 1;
        for (int i = 1; i < path.length(); i++) {
            char unit = path.charAt(i);
            boolean ends = i + 1 == path.length() || path.charAt(i + 1) == '/';
            if (unit == 0) {
                return Optional.of("null character not allowed @" + i);
            } else if (unit == '/') {
                if (i == nameStart) {
                    return Optional.of("empty node name specified @" + i);
                }
                nameStart = i + 1;
            } else if (ends && List.of(".", "..").contains(path.substring(nameStart, i + 1))) {
                return Optional.of("relative paths not allowed @" + i);
            } else if (unit != '.' && !PathRules.isValid("/" + unit)) {
                return Optional.of("invalid character @" + i);
            }
        }
        return Optional.empty();
    }
}
