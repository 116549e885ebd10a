package baton.shell;

import java.nio.file.Path;

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
        return isShown() && Boolean.getBoolean("baton.terminal.err") && System.getenv("NO_COLOR") == null;
    }

    /** Returns the directory of the clone or the installation; the working directory without the launcher. */
    static Path home() {
        return Path.of(System.getProperty("baton.home", "")).toAbsolutePath();
    }
}
