package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import baton.shell.log.LineLogging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A person at a terminal of 80 columns and 10 rows. */
class TerminalLoopTest {
    private static final String CTRL_D = "\u0004";
    private static final String UP = "\u001b[A";
    private static final String CTRL_U = "\u0015";
    private static final String CTRL_W = "\u0017";

    /** A prompt, the pager or a question. */
    private static final Pattern WAITING = Pattern.compile("\\) \\d+] |--more--.* to stop|\\[y/N] ");

    @TempDir
    Path directory;

    private int read;
    private boolean logged = true;
    private Size size = new Size(80, 10);
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private ShellOnServer shell;
    private Terminal terminal;

    @BeforeEach
    void start() throws StartFailedException {
        shell = ShellOnServer.start();
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @Test
    void pathsMayBeRelativeFromTheStart() throws IOException, InterruptedException {
        type("create app x\r", "cd app\r", "create one 1\r", "get one\r", "ls\r");

        assertThat(shell.out()).isEqualTo("Created /app\nCreated /app/one\n1\n[one]\n");
        assertThat(shell.err()).isEmpty();
    }

    /** As terminals that programs open often do: the prompt would be cut to nothing. */
    @Test
    void aTerminalThatDoesNotSayHowLargeItIsShowsThePrompt() throws IOException, InterruptedException {
        size = new Size(0, 0);

        type("create /app x\r", "get /app\r");

        assertThat(shell.out()).isEqualTo("Created /app\nx\n");
        assertThat(shown()).contains("(CONNECTED) ");
    }

    @Test
    void ctrlWDeletesOneNameOfAPath() throws IOException, InterruptedException {
        type("create /app x\r", "get /app/one/two" + CTRL_W + CTRL_W + "\r");

        assertThat(shell.out()).isEqualTo("Created /app\nx\n");
    }

    @Test
    void aPathWithABlankIsCompletedBetweenQuotes() throws IOException, InterruptedException {
        shell.given("create '/a b' x", "create '/a b/one' 1", "create '/a b/two' 2");

        type("get /a\t\r", "get /a\t/o\t\r", "get '/a\t/t\t\r");

        assertThat(shell.out()).isEqualTo("x\n1\n2\n");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void theHistoryIsItsOwnersAndKnowsNoSecrets() throws IOException, InterruptedException {
        Path history = directory.resolve("history");
        type(
                "create /app x\r",
                "addauth digest bob:secret\r",
                "setAcl /app digest:bob:hash=:r,world:anyone:cdrwa\r",
                " get /app\r",
                "ls /\r");

        String remembered = Files.readAllLines(history).stream()
                .map(line -> line.substring(line.indexOf(':') + 1))
                .collect(Collectors.joining("\n"));
        assertThat(remembered).isEqualTo("create /app x\nls /");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
    }

    @Test
    void longOutputStopsAtEachScreenful() throws IOException, InterruptedException {
        type("help\r", " ", "\r", "q", "ls /\r");

        // Nine rows, nine more, one, and then the next command; some lines take two rows.
        assertThat(shell.out().lines().filter(line -> line.startsWith("\t")).count())
                .isBetween(10L, 19L);
        assertThat(shell.out()).endsWith("[zookeeper]\n");
        assertThat(shown()).contains("--more--");
    }

    @Test
    void whatCannotBeUndoneIsAskedAbout() throws IOException, InterruptedException {
        shell.given("create /app");
        for (int i = 0; i < 11; i++) {
            shell.given("create /app/n" + i);
        }

        type("deleteall /app\r", "n\r", "ls /\r", "deleteall /app\r", "y\r", "ls /\r");

        assertThat(shell.out()).isEqualTo("[app, zookeeper]\n[zookeeper]\n");
        assertThat(shell.err()).isEqualTo("not confirmed, nothing was changed\n");
        assertThat(shown()).contains("delete 12 nodes: /app, /app/n0, ");
    }

    @Test
    void ctrlCEndsTheCommandNotTheShell() throws IOException, InterruptedException {
        shell.given("create /app x");
        try (RecordedShell other = RecordedShell.at(ShellSettings.of(shell.address()))) {
            type(keyboard -> {
                press("watch /app\r", keyboard);
                until(() -> {
                    assertThat(other.run("set /app y")).isEqualTo(ExitCode.OK);
                    return shell.out().contains("/app");
                });
                pressCtrlC();
                press("ls /\r", keyboard);
            });
        }

        assertThat(shell.out()).endsWith("[app, zookeeper]\n");
        assertThat(shell.err()).endsWith("interrupted\n");
    }

    @Test
    void ctrlCAbandonsALineThatIsNotFinished() throws IOException, InterruptedException {
        type(keyboard -> {
            press("ls /none", keyboard);
            until(() -> shownSince(read).contains("none"));
            pressCtrlC();
            press("ls /\r", keyboard);
        });

        assertThat(shell.out()).isEqualTo("[zookeeper]\n");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void earlierLinesAreRecalledThoseOfTheLastTimeToo() throws IOException, InterruptedException {
        type("create /app x\r", "get /app\r", "ls /\r", UP + UP + "\r");
        assertThat(shell.out()).isEqualTo("Created /app\nx\n[app, zookeeper]\nx\n");

        type(UP + "\r", UP + UP + "app\r");

        assertThat(shell.out()).isEqualTo("x\n[]\n");
    }

    @Test
    void thePromptTellsThatTheServerIsGoneWhileNobodyTypes() throws IOException, InterruptedException {
        type(keyboard -> {
            // The first prompt may be there before the connection.
            until(() -> WAITING.matcher(shown()).find() && shown().contains("ED"));
            // Else each line draws the prompt anew, too.
            LineLogging.showOnStandardError();
            int before = shown().length();
            shell.stopServer();
            // No more is drawn than the difference.
            until(() -> shownSince(before).contains("ING"));
        });
    }

    @Test
    void logLinesDoNotComeToATerminalThatTheyAreNotFor() throws IOException, InterruptedException {
        logged = false;

        type(keyboard -> {
            until(() -> WAITING.matcher(shown()).find());
            LoggerFactory.getLogger("somebody").warn("for a file");
        });

        assertThat(shown()).doesNotContain("for a file");
    }

    @Test
    void eventsAndLogLinesStandAboveWhatIsTyped() throws IOException, InterruptedException {
        Pattern drawn = Pattern.compile("\\(CONNECTING\\) \\d+] ls /");
        type(keyboard -> {
            press("printwatches on\r", keyboard);
            press("ls /", keyboard);
            shell.stopServer();
            until(() -> drawn.matcher(shownSince(read)).find()
                    && shownSince(read).contains("WatchedEvent state:Disconnected type:None path:null"));
            int before = shown().length();
            LoggerFactory.getLogger("somebody").warn("told by the library");
            until(() -> drawn.matcher(shownSince(before)).find());
            assertThat(shownSince(before)).contains("WARN  somebody told by the library");
            keyboard.write(CTRL_U.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        });
    }

    /** Presses keys, those of a string whenever the shell waits for some, and Ctrl-D in the end. */
    private void type(String... keys) throws IOException, InterruptedException {
        type(keyboard -> {
            for (String each : keys) {
                press(each, keyboard);
            }
        });
    }

    /** What somebody does at a keyboard. */
    private interface Typing {
        void at(PipedOutputStream keyboard) throws IOException, InterruptedException;
    }

    private void type(Typing typing) throws IOException, InterruptedException {
        shell.given("printwatches off");
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(keyboard);
                Terminal opened = TerminalBuilder.builder()
                        .system(false)
                        .streams(input, screen)
                        .type("ansi")
                        .size(size)
                        .build()) {
            terminal = opened;
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(opened));
            typing.at(keyboard);
            press(CTRL_D, keyboard);
            await().until(ended::isDone);
            ended.join();
        }
    }

    private void run(Terminal opened) {
        try {
            new TerminalLoop(shell.shell(), directory.resolve("history"), logged).run(opened);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What is typed ahead gets lost when the terminal changes its mode. */
    private void press(String keys, PipedOutputStream keyboard) throws IOException {
        until(() -> WAITING.matcher(shownSince(read)).find());
        read = shown().length();
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    /** The signal is what a shell sees of it: this terminal is not that of the process. */
    private void pressCtrlC() {
        read = shown().length();
        terminal.raise(Terminal.Signal.INT);
    }

    private static void until(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    private String shownSince(int start) {
        return shown().substring(start);
    }

    private String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }
}
