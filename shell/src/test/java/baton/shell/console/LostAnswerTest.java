package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.FaultProxy;
import baton.core.testkit.HeldRequest;
import baton.core.testkit.WireOp;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection breaks between a command and its answer. */
class LostAnswerTest {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private BatonServer server;
    private FaultProxy proxy;
    private ZnodeShell shell;

    @BeforeEach
    void connect() throws InterruptedException, StartFailedException {
        server = BatonServer.start(ServerSettings.inMemory());
        proxy = FaultProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        shell = ZnodeShell.over(
                ShellSettings.of("127.0.0.1:" + proxy.address().getPort()),
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(notes, true, StandardCharsets.UTF_8));
        shell.reconnect();
        shell.runLine("create /app before");
        shell.runLine("create /app/old x");
        results.reset();
    }

    @AfterEach
    void disconnect() {
        shell.close();
        proxy.close();
        server.close();
    }

    @Test
    void aChangeThatWasMadeIsFoundAndNotRepeated() throws InterruptedException {
        assertThat(lostReply(WireOp.CREATE, "create -s /app/n- data")).isEqualTo(ExitCode.OK);
        assertThat(lostReply(WireOp.CREATE, "create -e /app/e data")).isEqualTo(ExitCode.OK);
        assertThat(lostReply(WireOp.SET_DATA, "set -v 0 /app after")).isEqualTo(ExitCode.OK);
        assertThat(lostReply(WireOp.DELETE, "delete /app/old")).isEqualTo(ExitCode.OK);
        assertThat(lostReply(WireOp.MULTI, "multi { create /app/m x ; set /app y }"))
                .isEqualTo(ExitCode.OK);

        shell.runLine("ls /app");
        assertThat(results.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("Created /app/n-0000000001\nCreated /app/e\n"
                        + "Created /app/m\nSet /app to version 2\n[e, m, n-0000000001]\n");
        assertThat(notes.toString(StandardCharsets.UTF_8).lines().filter("it was applied"::equals))
                .hasSize(5);
    }

    @Test
    void aChangeThatWasNotMadeIsAskedForAgain() throws InterruptedException {
        assertThat(lostRequest(WireOp.CREATE, "create -s /app/n- data")).isEqualTo(ExitCode.OK);
        assertThat(lostRequest(WireOp.SET_DATA, "set -v 0 /app after")).isEqualTo(ExitCode.OK);
        assertThat(lostRequest(WireOp.DELETE, "delete /app/old")).isEqualTo(ExitCode.OK);
        assertThat(lostRequest(WireOp.MULTI, "multi { create /app/m x ; set /app y }"))
                .isEqualTo(ExitCode.OK);

        shell.runLine("ls /app");
        assertThat(results.toString(StandardCharsets.UTF_8)).endsWith("[m, n-0000000001]" + System.lineSeparator());
        assertThat(notes.toString(StandardCharsets.UTF_8).lines().filter("it was not applied: asking again"::equals))
                .hasSize(4);
    }

    @Test
    void aReadIsRepeated() throws InterruptedException {
        assertThat(lostReply(WireOp.GET_DATA, "get /app")).isEqualTo(ExitCode.OK);

        assertThat(results.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("before\n");
    }

    @Test
    void whatOthersHaveChangedSinceIsUnknown() throws InterruptedException {
        assertUnknown(WireOp.SET_DATA, "set /app mine", "set /app theirs");
    }

    @Test
    void whatWasEditedIsInDoubtTooAndInAFile() throws InterruptedException, IOException {
        List<Path> files = new ArrayList<>();
        shell.editWith(file -> {
            files.add(file);
            Files.writeString(file, "mine");
            return 0;
        });

        assertUnknown(WireOp.SET_DATA, "edit /app", "set /app theirs");

        assertThat(notes.toString(StandardCharsets.UTF_8)).contains("look at it; what you wrote is in " + files.get(0));
        assertThat(files.get(0)).hasContent("mine");
        Files.delete(files.get(0));
    }

    @Test
    void aNodeThatOthersHaveTakenAwaySinceIsNotMadeTwice() throws InterruptedException {
        assertUnknown(WireOp.CREATE, "create -s /app/n- data", "delete /app/n-0000000001");
        assertUnknown(WireOp.CREATE, "create /app/job data", "delete /app/job");
        assertUnknown(WireOp.MULTI, "multi { create /app/job data ; create /app/more x }", "delete /app/job");

        results.reset();
        shell.runLine("ls /app");
        assertThat(results.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("[more, old]\n");
    }

    @Test
    void aNodeWithANameThatOnlyBeginsLikeItIsNoHint() throws InterruptedException {
        shell.runLine("create /app/n-of-another-kind data");

        assertThat(lostReply(WireOp.CREATE, "create -s /app/n- data")).isEqualTo(ExitCode.OK);

        assertThat(notes.toString(StandardCharsets.UTF_8)).contains("it was applied");
        results.reset();
        shell.runLine("ls /app");
        assertThat(results.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("[n-0000000002, n-of-another-kind, old]\n");
    }

    /** The change of this shell is applied, and undone by another before it can look. */
    private void assertUnknown(WireOp op, String mine, String theirs) throws InterruptedException {
        notes.reset();
        proxy.dropReply(op);
        try (ZnodeShell other = ZnodeShell.over(
                ShellSettings.of("127.0.0.1:" + server.port()),
                new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(new ByteArrayOutputStream()))) {
            other.reconnect();

            assertThat(runWhile(mine, other, theirs)).as(mine).isEqualTo(ExitCode.UNREACHABLE);
        }
        assertThat(notes.toString(StandardCharsets.UTF_8))
                .as(mine)
                .contains("the change may have happened, or may still")
                .doesNotContain("asking again");
    }

    private ExitCode runWhile(String mine, ZnodeShell other, String theirs) throws InterruptedException {
        HeldRequest held = proxy.holdRequest(WireOp.SYNC);
        AtomicReference<ExitCode> done = new AtomicReference<>();
        Thread undoing = new Thread(() -> {
            try {
                held.awaitArrival(Duration.ofSeconds(20));
                done.set(other.runLine(theirs));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                held.release();
            }
        });
        undoing.start();

        ExitCode code = shell.runLine(mine);

        undoing.join();
        assertThat(done.get()).as(theirs).isEqualTo(ExitCode.OK);
        return code;
    }

    private ExitCode lostReply(WireOp op, String line) throws InterruptedException {
        proxy.dropReply(op);
        return shell.runLine(line);
    }

    private ExitCode lostRequest(WireOp op, String line) throws InterruptedException {
        proxy.dropRequest(op);
        return shell.runLine(line);
    }
}
