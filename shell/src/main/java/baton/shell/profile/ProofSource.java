package baton.shell.profile;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a password comes from. It never stands in the profile itself. */
public sealed interface ProofSource {
    /** Returns the text without a line end. */
    String read() throws InterruptedException;

    /** The content of a file. */
    record OfFile(Path file) implements ProofSource {
        @Override
        public String read() {
            try {
                return Files.readString(file).stripTrailing();
            } catch (IOException unreadable) {
                throw new CommandFailedException(
                        ExitCode.CONFIGURATION, "auth file " + file + ": cannot be read: " + unreadable, unreadable);
            }
        }
    }

    /** What a command prints, such as that of a password store. */
    record OfCommand(String command) implements ProofSource {
        @Override
        public String read() throws InterruptedException {
            try {
                Process process = new ProcessBuilder("sh", "-c", command)
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int code = process.waitFor();
                if (code != 0) {
                    throw new CommandFailedException(
                            ExitCode.CONFIGURATION, "auth command '" + command + "' ended with " + code);
                }
                return said.stripTrailing();
            } catch (IOException cannotRun) {
                throw new CommandFailedException(
                        ExitCode.CONFIGURATION, "auth command '" + command + "': " + cannotRun, cannotRun);
            }
        }
    }
}
