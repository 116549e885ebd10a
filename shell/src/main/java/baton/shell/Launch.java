package baton.shell;

import java.nio.file.Path;
import java.util.Optional;

/** What {@code bin/baton} knows and Java cannot find out; without the launcher, the cautious answer. */
final class Launch {
    private Launch() {}

    /** Whether standard input is a terminal. */
    static boolean isTyped() {
        return Boolean.getBoolean("baton.terminal.in");
    }

    /** Whether standard output is a terminal. */
    static boolean isShown() {
        return Boolean.getBoolean("baton.terminal.out");
    }

    /** Whether people see both what is printed and what went wrong, and did not ask for plain text. */
    static boolean isColourful() {
        String plain = System.getenv("NO_COLOR");
        return isShown() && isTold() && (plain == null || plain.isEmpty());
    }

    /** Whether standard error is a terminal. */
    static boolean isTold() {
        return Boolean.getBoolean("baton.terminal.err");
    }

    /** Returns the command line of the user's editor, if there is one. */
    static Optional<String> editor() {
        return Optional.ofNullable(System.getenv("VISUAL"))
                .or(() -> Optional.ofNullable(System.getenv("EDITOR")))
                .filter(command -> !command.isBlank());
    }

    /** Returns the directory of the clone or the installation; the working directory without the launcher. */
    static Path home() {
        return Path.of(System.getProperty("baton.home", "")).toAbsolutePath();
    }
}
