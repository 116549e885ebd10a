package baton.shell.console;

import baton.shell.log.LineLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/**
 * Talks to a person: a prompt, completion, a screenful at a time, a history that outlives the shell. Ctrl-C ends a
 * command, Ctrl-D the shell, Ctrl-W deletes one name of a path.
 */
public final class TerminalLoop {
    /** Lines with secrets are not written down: passwords, and what passwords can be guessed from. */
    private static final String NOT_REMEMBERED = "addauth*:*digest\\:*";

    /** What belongs to one name of a path; the slash does not. */
    private static final String NAME_CHARACTERS = "*?_-.[]~=&;!#$%^(){}<>:,@+|\\";

    private static final Size SIZE_DEFAULT = new Size(80, 24);

    private final ZnodeShell shell;
    private final Path historyFile;
    private final boolean logged;

    /**
     * @param historyFile kept readable to its owner alone; its directory is made if need be
     * @param logged whether log lines are for the terminal, too, and not for a file that standard error goes to
     */
    public TerminalLoop(ZnodeShell shell, Path historyFile, boolean logged) {
        this.shell = shell;
        this.historyFile = historyFile;
        this.logged = logged;
    }

    /** Connects, and runs what is typed until it ends. */
    public void run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            run(terminal);
        }
    }

    /** The same at any terminal. */
    void run(Terminal terminal) throws IOException {
        protectHistory();
        if (terminal.getWidth() <= 0 || terminal.getHeight() <= 0) {
            // Terminals that programs open do not always say: of a prompt nothing would be left.
            terminal.setSize(SIZE_DEFAULT);
        }
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("baton")
                .completer(new ShellCompleter(shell))
                .parser(new ShellParser())
                .variable(LineReader.HISTORY_FILE, historyFile)
                .variable(LineReader.HISTORY_IGNORE, NOT_REMEMBERED)
                .variable(LineReader.WORDCHARS, NAME_CHARACTERS)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .build();
        shell.consent().askWith(question -> isConfirmed(reader, question));
        shell.enter(Directory.ROOT);
        Pager pager = new Pager(terminal);
        shell.output().showLinesTo(pager::wants);
        Thread commands = Thread.currentThread();
        terminal.handle(Signal.INT, signal -> commands.interrupt());
        Prompt prompt = new Prompt(shell, reader);
        shell.events().printWith(prompt::printAbove, prompt::redraw);
        if (logged) {
            LineLogging.showBy(prompt::printAbove);
        }
        try {
            shell.reconnect();
            greet();
            while (!shell.isQuitting() && runNextLine(prompt, pager)) {
                // A Ctrl-C that came when the command was over already is not meant for the next one.
                Thread.interrupted();
            }
        } finally {
            // The session ends after the terminal does.
            shell.events().printWith(text -> {}, () -> {});
            LineLogging.showOnStandardError();
        }
    }

    /** Lets the first prompt say whether there is a connection. */
    private void greet() {
        try {
            shell.connection().session().awaitBriefly();
        } catch (InterruptedException impatient) {
            Thread.interrupted();
        }
    }

    private boolean runNextLine(Prompt prompt, Pager pager) {
        try {
            String line = prompt.readLine();
            pager.begin();
            shell.runLine(line);
            return true;
        } catch (UserInterruptException lineAbandoned) {
            return true;
        } catch (EndOfFileException leaving) {
            return false;
        } catch (InterruptedException commandStopped) {
            shell.output().note("interrupted");
            return true;
        }
    }

    private static boolean isConfirmed(LineReader reader, String question) {
        reader.setVariable(LineReader.DISABLE_HISTORY, true);
        try {
            String answer = reader.readLine(question + " [y/N] ").strip().toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        } catch (UserInterruptException | EndOfFileException no) {
            return false;
        } finally {
            reader.setVariable(LineReader.DISABLE_HISTORY, false);
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
