package baton.shell.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/** Talks to a person: a prompt, completion, a history that outlives the shell. Ctrl-C ends a command, Ctrl-D the shell. */
public final class TerminalLoop {
    private final ZnodeShell shell;
    private final Path historyFile;

    /** @param historyFile kept readable to its owner alone; its directory is made if need be */
    public TerminalLoop(ZnodeShell shell, Path historyFile) {
        this.shell = shell;
        this.historyFile = historyFile;
    }

    /** Connects, and runs what is typed until it ends. */
    public void run() throws IOException {
        protectHistory();
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("baton")
                    .completer(new ShellCompleter(shell))
                    .variable(LineReader.HISTORY_FILE, historyFile)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                    .build();
            shell.printEventsWith(reader::printAbove);
            Thread commands = Thread.currentThread();
            terminal.handle(Signal.INT, signal -> commands.interrupt());
            shell.reconnect();
            while (!shell.isQuitting() && runNextLine(reader)) {
                // A Ctrl-C that came when the command was over already is not meant for the next one.
                Thread.interrupted();
            }
            // The session ends after the terminal does.
            shell.printEventsWith(text -> {});
        }
    }

    private boolean runNextLine(LineReader reader) {
        try {
            shell.runLine(reader.readLine(shell.prompt()));
            return true;
        } catch (UserInterruptException lineAbandoned) {
            return true;
        } catch (EndOfFileException leaving) {
            return false;
        } catch (InterruptedException commandStopped) {
            shell.print("interrupted");
            return true;
        }
    }

    private void protectHistory() throws IOException {
        Path directory = historyFile.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (Files.notExists(historyFile)) {
            Files.createFile(historyFile);
        }
        Files.setPosixFilePermissions(historyFile, PosixFilePermissions.fromString("rw-------"));
    }
}
