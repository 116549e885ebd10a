package baton.server.sim.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Of which commit the sources are that are run: a seed means something else where they are others. */
final class Commit {
    private static final String UNKNOWN = "unknown";

    private Commit() {}

    /** Returns it as git tells it, with {@code -dirty} behind it if there are changes; {@code unknown} without git. */
    static String here() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(git.getInputStream(), StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                return line == null ? UNKNOWN : line;
            }
        } catch (IOException withoutGit) {
            return UNKNOWN;
        }
    }

    /** Says on the console that a run may not be what it was, if it was one of another commit. */
    static void compare(@Nullable String wanted) {
        String here = here();
        if (wanted != null && !wanted.equals(here)) {
            System.err.printf("the sources are of commit %s, not of %s: a seed may do something else%n", here, wanted);
        }
    }
}
