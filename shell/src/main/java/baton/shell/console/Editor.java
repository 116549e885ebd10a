package baton.shell.console;

import java.io.IOException;
import java.nio.file.Path;

/** Lets a person change a file. */
@FunctionalInterface
public interface Editor {
    /** Returns what the editor ended with; 0 if all is well. */
    int edit(Path file) throws IOException, InterruptedException;

    /** Returns the one that a command line opens, in the terminal of this process. */
    static Editor running(String command) {
        return file -> {
            // The command may have options of its own.
            Process process = new ProcessBuilder("sh", "-c", command + " \"$1\"", "sh", file.toString())
                    .inheritIO()
                    .start();
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException ctrlC) {
                    // What Ctrl-C means in an editor is the editor's business, as long as it runs.
                    Thread.interrupted();
                }
            }
        };
    }
}
