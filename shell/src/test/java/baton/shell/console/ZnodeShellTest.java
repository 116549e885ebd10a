package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.recipes.json.Json;
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
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

        await().untilAsserted(() -> assertThat(results.toString(StandardCharsets.UTF_8))
                .containsPattern("\\RWATCHER::\\R\\RWatchedEvent state:SyncConnected type:NodeDataChanged"
                        + " path:/x zxid: \\d+\\R"));
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
    void relativePathsBeginWhereCdWent() throws InterruptedException {
        shell.runLine("create /app a");
        shell.runLine("create /app/jobs b");
        assertThat(shell.runLine("get app")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.runLine("cd /none")).isEqualTo(ExitCode.PROBLEM);

        shell.runLine("cd /app");
        shell.runLine("pwd");
        shell.runLine("get jobs");
        shell.runLine("get");
        shell.runLine("create ./jobs/one");
        shell.runLine("cd jobs/..");
        shell.runLine("ls ../app/./jobs");
        shell.runLine("create -s jobs/");
        shell.runLine("cd");
        shell.runLine("ls");

        assertThat(results.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("Created /app\nCreated /app/jobs\n/app\nb\na\nCreated /app/jobs/one\n"
                        + "[one]\nCreated /app/jobs/0000000001\n[app, zookeeper]\n");
    }

    @Test
    void thePromptEndsAsApachesDoes() throws InterruptedException {
        shell.runLine("create /app");
        shell.runLine("cd /app");

        assertThat(shell.prompt()).matches("0x[0-9a-f]+ /app \\[zk: 127\\.0\\.0\\.1:\\d+\\(CONNECTED\\) 2] ");
    }

    @Test
    void aReadOnlyShellChangesNothing() throws InterruptedException {
        ShellSettings careful = ShellSettings.of("127.0.0.1:" + server.port()).withCare(ShellSettings.Care.READ_ONLY);
        try (ZnodeShell reader =
                ZnodeShell.over(careful, new PrintStream(results, true), new PrintStream(errors, true))) {
            reader.reconnect();

            assertThat(reader.runLine("create /x")).isEqualTo(ExitCode.PROBLEM);
            assertThat(reader.runLine("ls /")).isEqualTo(ExitCode.OK);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("this profile is read-only");
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
    void anEarlierLineIsDoneAgainByItsNumber() throws InterruptedException {
        shell.runLine("create -s /x- a");
        shell.runLine("redo 0");
        shell.runLine("redo 1");
        shell.runLine("history");

        assertThat(results.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("Created /x-0000000000\nCreated /x-0000000001\nCreated /x-0000000002\n"
                        + "0 - create -s /x- a\n1 - create -s /x- a\n2 - create -s /x- a\n3 - history\n");
        assertThat(shell.runLine("redo 4")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.runLine("redo -1")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run(List.of("redo", "0"))).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theHistoryKeepsNoPasswordsAndDoesNotRepeatThem() throws InterruptedException {
        shell.runLine("addauth digest user:secret");
        shell.runLine(" addauth user:secret");
        shell.runLine("history");

        assertThat(results.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("0 - addauth digest ...\n1 - addauth ...\n2 - history\n");
        assertThat(shell.runLine("redo 0")).isEqualTo(ExitCode.USAGE);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("cannot redo 0", "type addauth again");
    }

    @Test
    void watchesAreNotPrintedWhileThatIsOff() throws InterruptedException {
        shell.runLine("create /x a");
        shell.runLine("printwatches off");
        shell.runLine("addWatch /x");
        shell.runLine("set /x b");
        // Answers come behind the events of the changes before them.
        shell.runLine("get /x");
        shell.runLine("printwatches on");
        shell.runLine("delete /x");

        await().untilAsserted(() ->
                assertThat(results.toString(StandardCharsets.UTF_8)).contains("type:NodeDeleted path:/x"));
        assertThat(results.toString(StandardCharsets.UTF_8)).doesNotContain("NodeDataChanged");
    }

    @Test
    void anIdentityCountsForNodesAndIsSeen() throws InterruptedException {
        assertThat(shell.runLine("addauth digest user:secret")).isEqualTo(ExitCode.OK);
        shell.runLine("create /own x auth::cdrwa");
        shell.runLine("whoami");

        assertThat(results.toString(StandardCharsets.UTF_8)).contains("Auth scheme: User", "digest: user");
        try (ZnodeShell stranger = shell("127.0.0.1:" + server.port())) {
            stranger.reconnect();
            assertThat(stranger.runLine("get /own")).isEqualTo(ExitCode.DENIED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"addauth digest", "addauth digest ''"})
    void nobodyIsAUserWithoutAName(String line) throws InterruptedException {
        assertThat(shell.runLine(line)).isEqualTo(ExitCode.USAGE);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("the scheme digest needs user:password");
        assertThat(shell.runLine("create /d d auth:x:cdrwa")).isEqualTo(ExitCode.PROBLEM);
    }

    @Test
    void anIdentityThatIsRefusedEndsTheSession() throws InterruptedException {
        assertThat(shell.runLine("addauth nonsense x")).isEqualTo(ExitCode.DENIED);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "127.0.0.1:" + server.port() + " refused an identity of the scheme nonsense, and has ended the"
                                + " session: 'connect' begins another one\n");
        assertThat(shell.runLine("ls /")).isEqualTo(ExitCode.DENIED);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("KeeperErrorCode = AuthFailed for /\n");
        shell.runLine("connect");
        assertThat(shell.runLine("ls /")).isEqualTo(ExitCode.OK);
    }

    @Test
    void scriptsGetOneObjectALineOnEitherStream() throws StartFailedException, InterruptedException {
        try (ShellOnServer json = ShellOnServer.printingJson()) {
            json.run("create /x hello");
            json.run("get /x");
            json.run("ls /");
            json.run("get /none");
            json.run("frobnicate /");

            assertThat(json.out()).isEqualTo("""
                {"created":"/x"}
                {"path":"/x","data":{"text":"hello"}}
                {"path":"/","children":["x","zookeeper"]}
                """);
            assertThat(json.err().lines())
                    .containsExactly(
                            "{\"error\":{\"code\":\"NoNode\",\"path\":\"/none\",\"message\":\"Node does not exist:"
                                    + " /none\"}}",
                            "{\"error\":{\"code\":\"Usage\",\"message\":\"Command not found: frobnicate; 'help' lists"
                                    + " what there is\"}}");
            assertThat(Json.readObject(json.outOf("stat /x")).get("stat"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("dataLength", 5L)
                    .containsEntry("ephemeralOwner", "0x0")
                    .containsKeys("czxid", "mtime");
        }
    }

    @Test
    void everyCommandExplainsItself() throws InterruptedException {
        for (String command : ZnodeShell.commands()) {
            assertThat(shell.run(List.of("help", command))).as(command).isEqualTo(ExitCode.OK);
            assertThat(shell.run(List.of(command, "--help"))).as(command).isEqualTo(ExitCode.OK);
            assertThat(ZnodeShell.knows(command)).isTrue();
        }
        assertThat(ZnodeShell.commands()).isSorted();
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
                .startsWith("not connected to 127.0.0.1:" + port + " yet: waiting up to 5 s" + System.lineSeparator()
                        + "cannot connect to 127.0.0.1:" + port + " within 5 s");
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
