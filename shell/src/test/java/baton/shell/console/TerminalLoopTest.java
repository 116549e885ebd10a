package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.StartFailedException;
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

/** A person at a terminal of 80 columns and 10 rows. */
class TerminalLoopTest {
    private static final String CTRL_D = "\u0004";
    private static final String CTRL_W = "\u0017";

    /** A prompt, the pager or a question. */
    private static final Pattern WAITING = Pattern.compile("\\) \\d+] |--more--.* to stop|\\[y/N] ");

    @TempDir
    Path directory;

    private int read;
    private Size size = new Size(80, 10);
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private ShellOnServer shell;

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

    /** Presses keys, those of a string whenever the shell waits for some, and Ctrl-D in the end. */
    private void type(String... keys) throws IOException, InterruptedException {
        shell.given("printwatches off");
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(keyboard);
                Terminal terminal = TerminalBuilder.builder()
                        .system(false)
                        .streams(input, screen)
                        .type("ansi")
                        .size(size)
                        .build()) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(terminal));
            for (String each : keys) {
                press(each, keyboard);
            }
            press(CTRL_D, keyboard);
            ended.join();
        }
    }

    private void run(Terminal terminal) {
        try {
            new TerminalLoop(shell.shell(), directory.resolve("history")).run(terminal);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What is typed ahead gets lost when the terminal changes its mode. */
    private void press(String keys, PipedOutputStream keyboard) throws IOException {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> WAITING.matcher(shownSince(read)).find());
        read = shown().length();
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    private String shownSince(int start) {
        return shown().substring(start);
    }

    private String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }
}
