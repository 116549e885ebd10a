package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZnodeShellTest {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private BatonServer server;
    private ZnodeShell shell;

    @BeforeEach
    void connect() throws StartFailedException {
        server = BatonServer.start(ServerSettings.inMemory());
        shell = shell("127.0.0.1:" + server.port());
        shell.reconnect();
    }

    @AfterEach
    void disconnect() {
        shell.close();
        server.close();
    }

    @Test
    void resultsAndErrorsGoToStreamsOfTheirOwn() throws InterruptedException {
        shell.runLine("create /x 'some text'");
        shell.runLine("get /x");
        shell.runLine("get /none");

        assertThat(results.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("Created /x\nsome text\n");
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("Node does not exist: /none\n");
    }

    @Test
    void theExitCodeSaysWhatKindOfFailureItWas() throws InterruptedException {
        assertThat(shell.run(List.of("ls", "/"))).isEqualTo(ExitCode.OK);
        assertThat(shell.run(List.of("ls", "/none"))).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run(List.of("ls"))).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run(List.of("list", "/"))).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run(List.of("ls", "relative"))).isEqualTo(ExitCode.USAGE);
        shell.runLine("create /locked x world:anyone:r");
        assertThat(shell.run(List.of("set", "/locked", "y"))).isEqualTo(ExitCode.DENIED);
        shell.runLine("close");
        assertThat(shell.run(List.of("ls", "/"))).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void aWatchThatFiresIsPrintedAsABlock() throws InterruptedException {
        shell.runLine("create /x a");
        shell.runLine("get -w /x");
        shell.runLine("set /x b");

        await().untilAsserted(
                        () -> assertThat(results.toString(StandardCharsets.UTF_8))
                                .containsPattern(
                                        "\\RWATCHER::\\R\\RWatchedEvent state:SyncConnected type:NodeDataChanged path:/x zxid: \\d+\\R"));
    }

    @Test
    void listsAndStatsCanBeWatchedToo() throws InterruptedException {
        shell.runLine("create /x a");
        shell.runLine("ls -w /x");
        shell.runLine("stat -w /x");
        shell.runLine("create /x/child");
        shell.runLine("deleteall /x");

        await().untilAsserted(() -> assertThat(results.toString(StandardCharsets.UTF_8))
                .contains("type:NodeChildrenChanged path:/x zxid: ", "type:NodeDeleted path:/x zxid: "));
    }

    @Test
    void aRecursiveWatchSeesWhatIsBelow() throws InterruptedException {
        shell.runLine("create /x");
        shell.runLine("addWatch /x");
        shell.runLine("create /x/child");

        await().untilAsserted(() ->
                assertThat(results.toString(StandardCharsets.UTF_8)).contains("type:NodeCreated path:/x/child zxid: "));
    }

    @Test
    void bytesThatAreNoTextSurviveBase64() throws InterruptedException {
        shell.runLine("create /x");
        shell.runLine("set -b /x AAEC/w==");
        shell.runLine("get -b /x");

        assertThat(results.toString(StandardCharsets.UTF_8)).endsWith("AAEC/w==" + System.lineSeparator());
    }

    @Test
    void aScriptStopsAtItsFirstErrorUnlessToldOtherwise() throws IOException, InterruptedException {
        String script = "create /x\nget /none\n# a comment\ncreate /y\nquit\ncreate /z\n";

        ExitCode stopped = new ScriptLoop(shell, ScriptLoop.OnError.STOP).run(lines(script));
        ExitCode gone = new ScriptLoop(shell, ScriptLoop.OnError.CONTINUE).run(lines(script));

        assertThat(stopped).isEqualTo(ExitCode.PROBLEM);
        assertThat(gone).isEqualTo(ExitCode.PROBLEM);
        assertThat(results.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("Created /x\nCreated /y\n");
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws InterruptedException {
        int port = server.port();
        server.close();
        try (ZnodeShell lost = shell("127.0.0.1:" + port)) {
            lost.reconnect();

            assertThat(lost.run(List.of("ls", "/"))).isEqualTo(ExitCode.UNREACHABLE);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .startsWith("cannot connect to 127.0.0.1:" + port + " within 5 s");
    }

    @Test
    void anAddressThatIsNoneIsAMatterOfUsage() {
        ZnodeShell wrong = shell("127.0.0.1:port");

        assertThatThrownBy(wrong::reconnect)
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("port \"port\" is not a number");
    }

    private ZnodeShell shell(String servers) {
        return ZnodeShell.over(
                ShellSettings.of(servers),
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    private static BufferedReader lines(String script) {
        return new BufferedReader(new StringReader(script));
    }
}
