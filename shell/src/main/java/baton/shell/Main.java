package baton.shell;

import baton.shell.log.LineLogging;
import java.util.List;

/** Runs one command line and ends the process with its {@link baton.shell.exit.ExitCode}. */
public final class Main {
    private static final String SERVER = "server";

    private Main() {}

    public static void main(String[] arguments) {
        LineLogging.choose();
        System.exit(run(arguments));
    }

    /** Runs the command line and returns what the process is to end with. */
    public static int run(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals(SERVER)) {
            List<String> rest = List.of(arguments).subList(1, arguments.length);
            if (baton.server.Main.knows(rest)) {
                // Reading commands and their options takes longer than starting a server: a plain start does without.
                return baton.server.Main.run(rest, System.out, System.err).code();
            }
        }
        return Commands.run(arguments);
    }
}
