package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same commands in Apache's shell and in ours: equal output but for zxids, times and sessions. */
class ZkCliParityTest {
    /** Apache's shell prints what a command finds on either stream; the test reads both as one. */
    private static final List<String> COMMANDS = List.of(
            "ls /",
            "create /tasks",
            "create -s /tasks/task- first",
            "create -s -e /tasks/task- 'two words'",
            "create -es /tasks/task- \"it's\"",
            "create /tasks again",
            "create /none/below x",
            "create /empty \"\"",
            "create -c /container",
            "create -t 600000 /ttl x",
            "create -s /dir/",
            "create /acl data world:anyone:rw",
            "get /tasks",
            "get /empty",
            "get /tasks/task-0000000001",
            "get -s /tasks/task-0000000000",
            "get -x /tasks/task-0000000000",
            "get -b /tasks/task-0000000000",
            "get /none",
            "set /tasks/task-0000000000 'new data'",
            "set /tasks/task-0000000000 newer -s",
            "set -v 7 /tasks/task-0000000000 x",
            "set -v 2 /tasks/task-0000000000 x",
            "set /none x",
            "stat /tasks",
            "stat /tasks/task-0000000001",
            "stat /none",
            "ls /tasks",
            "ls -s /tasks",
            "ls -R /",
            "ls /none",
            "ls relative",
            "ls /tasks/",
            "getAcl /tasks",
            "getAcl -s /acl",
            "getAcl /none",
            "setAcl /tasks world:anyone:cdra",
            "getAcl /tasks",
            "set /tasks x",
            "create /tasks/task-0000000001/child x",
            "sync /tasks",
            "getAllChildrenNumber /",
            "delete /tasks",
            "delete -v 9 /empty",
            "delete /none",
            "delete -v 0 /empty",
            "deleteall /tasks",
            "deleteall /none",
            "delete /",
            "ls /");

    @TempDir
    static Path directory;

    private static ApacheZooKeeper apache;
    private static BatonServer baton;

    @BeforeAll
    static void start() throws IOException, StartFailedException {
        apache = ApacheZooKeeper.start(directory);
        baton = BatonServer.start(ServerSettings.inMemory());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        baton.close();
        apache.close();
    }

    @Test
    void theSameCommandsPrintTheSame() throws IOException, InterruptedException {
        String here = "127.0.0.1:" + baton.port();
        ours(apache.address(), List.of("create /theirs", "create /ours"));
        ours(here, List.of("create /theirs", "create /ours"));

        String reference = withoutWhatDiffers(ApacheZooKeeper.shell(apache.address() + "/theirs", COMMANDS));

        assertThat(withoutWhatDiffers(ours(apache.address() + "/ours", COMMANDS)))
                .as("our shell, Apache's server")
                .isEqualTo(reference);
        assertThat(withoutWhatDiffers(ApacheZooKeeper.shell(here + "/theirs", COMMANDS)))
                .as("Apache's shell, our server")
                .isEqualTo(reference);
        assertThat(withoutWhatDiffers(ours(here + "/ours", COMMANDS)))
                .as("our shell, our server")
                .isEqualTo(reference);
    }

    private static String ours(String address, List<String> commands) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (ZnodeShell shell = ZnodeShell.over(address, both, both)) {
            shell.reconnect();
            new ScriptLoop(shell, ScriptLoop.OnError.CONTINUE)
                    .run(new BufferedReader(new StringReader(String.join("\n", commands))));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Zxids, sessions and times by their names; and nothing of connections, logging or blank lines. */
    private static String withoutWhatDiffers(String text) {
        return text.lines()
                .map(line -> line.replaceAll("0x[1-9a-f][0-9a-f]*", "0x#").replaceAll("(.time) = .*", "$1 = #"))
                .filter(line -> !line.matches("SLF4J.*|.* (DEBUG|INFO|WARN) .*|Connecting to.*|Welcome.*|JLine.*"))
                .filter(line -> !line.matches("WATCHER::|WatchedEvent.*|"))
                .collect(Collectors.joining("\n"));
    }
}
