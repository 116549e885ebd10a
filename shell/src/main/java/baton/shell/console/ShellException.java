package baton.shell.console;

import baton.shell.exit.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a command of the shell. The message is what a person reads; the rest is for scripts. */
abstract sealed class ShellException extends RuntimeException
        permits CommandRefusedException,
                EnoughException,
                InvalidPathException,
                NotConnectedException,
                RefusedException,
                WrongUsageException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String name;
    private final @Nullable String path;

    /**
     * @param name of the error for scripts, such as {@code NoNode}
     * @param path of the node it is about, if it is about one
     */
    ShellException(ExitCode exitCode, String name, @Nullable String path, String message) {
        super(message);
        this.exitCode = exitCode;
        this.name = name;
        this.path = path;
    }

    final ExitCode exitCode() {
        return exitCode;
    }

    final String name() {
        return name;
    }

    final @Nullable String path() {
        return path;
    }

    final Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("code", name);
        if (path != null) {
            fields.put("path", path);
        }
        fields.put("message", getMessage());
        return Map.of("error", fields);
    }
}
