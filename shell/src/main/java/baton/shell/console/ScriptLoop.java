package baton.shell.console;

import baton.shell.exit.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;

/** Runs the commands of a pipe or file, a line each, without a prompt. */
public final class ScriptLoop {
    /** What a failed command means for those after it. */
    public enum OnError {
        STOP,
        CONTINUE
    }

    private final ZnodeShell shell;
    private final OnError onError;

    public ScriptLoop(ZnodeShell shell, OnError onError) {
        this.shell = shell;
        this.onError = onError;
    }

    /** Runs until the lines end, {@code quit}, or an error that stops; returns the first error, or OK. */
    public ExitCode run(BufferedReader lines) throws IOException, InterruptedException {
        ExitCode first = ExitCode.OK;
        for (String line = lines.readLine(); line != null && !shell.isQuitting(); line = lines.readLine()) {
            ExitCode code = shell.runLine(line);
            first = first == ExitCode.OK ? code : first;
            if (first != ExitCode.OK && onError == OnError.STOP) {
                return first;
            }
        }
        return first;
    }
}
