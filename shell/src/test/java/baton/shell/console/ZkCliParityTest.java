package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
            "create -t 0 /none x",
            "create -t -5 /none x",
            "create -t 1e15 /none x",
            "create -t 1000000000000000 /none x",
            "create /comma data world:anyone:cdrwa,",
            "getAcl /comma",
            "setAcl -v 0 /comma world:anyone:cdr,",
            "getAcl /comma",
            "delete /comma",
            "ls ''",
            "ls //x",
            "ls /x//y",
            "ls /x/./y",
            "ls /x/..",
            "ls /x/...",
            "get /.",
            "get /..",
            "stat /x\u0001y",
            "stat /x\u007f",
            "stat /\ue000",
            "get /tasks",
            "get /empty",
            "get /tasks/task-0000000001",
            "get -s /tasks/task-0000000000",
            "get -x /tasks/task-0000000000",
            "get -b /tasks/task-0000000000",
            "get /none",
            "get -s /tasks",
            "get -s /empty",
            "get -s -b /empty",
            "get -s -x /empty",
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

    /** Commands about the server as a whole, or that Apache's shell does not get right below a chroot. */
    private static final List<String> SERVER_COMMANDS = List.of(
            "create /HERE top",
            "create /HERE/a aa",
            "create /HERE/a/b bbb",
            "config",
            "config -s",
            "config -c",
            "whoami",
            "addauth",
            "addauth digest user:secret",
            "whoami",
            "create /HERE/own x auth::cdrwa",
            "getAcl /HERE/own",
            "delete /HERE/own",
            "printwatches",
            "printwatches off",
            "printwatches",
            "printwatches on",
            "printwatches off",
            "setquota -n 5",
            "setquota -n 0 /HERE",
            "setquota -b -1 /HERE",
            "setquota -n 1 /HERE",
            "listquota /HERE",
            "setquota -b 1 /HERE",
            "setquota -N 10 /HERE",
            "setquota -B 200 /HERE",
            "listquota /HERE",
            "create /HERE/c cc",
            "listquota /HERE",
            "setquota -n 3 /HERE/none",
            "setquota -n 3 /HERE/a",
            "setquota -n 3 /zookeeper/quota",
            "delquota -n /HERE",
            "delquota -b /HERE",
            "delquota -N /HERE",
            "delquota -B /HERE",
            "listquota /HERE",
            "delquota /HERE",
            "delquota /HERE",
            "listquota /HERE",
            "setquota -n 9 /HERE/a/b",
            "setquota -n 9 /HERE/a",
            "get /zookeeper/quota/HERE/a/b/zookeeper_limits",
            "delquota /HERE/a/b",
            "ls /zookeeper/quota",
            "listquota",
            "delquota",
            "reconfig -add server.5=1.2.3.4:1:2;3",
            "reconfig -s -v 1f -remove 3",
            "reconfig -members server.5=1.2.3.4:1:2;3 -add x",
            "reconfig -file a -members b",
            "reconfig -v zz -add x",
            "reconfig",
            "reconfig -s",
            "removewatches /HERE",
            "get -w /HERE",
            "removewatches /HERE -d",
            "ls -w /HERE",
            "removewatches /HERE -d",
            "removewatches /HERE -c",
            "addWatch /HERE",
            "addWatch -m PERSISTENT /HERE/a",
            "addWatch -m persistent /HERE/a/b",
            "removewatches /HERE -p",
            "removewatches /HERE -r",
            "removewatches /HERE/a -a",
            "removewatches /HERE/a/b -p -l",
            "removewatches /HERE/a/b",
            "addWatch",
            "removewatches",
            "get /HERE true",
            "ls /HERE true",
            "stat /HERE true",
            "get -w",
            "create",
            "create -c -e /HERE/t",
            "create -t 5 -e /HERE/t",
            "create -t 5 -c /HERE/t",
            "create /HERE/t d foo:bar:r",
            "set -b /HERE QUJD",
            "get /HERE",
            "get -b /HERE",
            "get -x /HERE",
            "setAcl -R /HERE/a world:anyone:cdrw",
            "getAcl /HERE/a/b",
            "setAcl -s -v 1 /HERE/a world:anyone:cdrwa",
            "setAcl -v 7 /HERE/c world:anyone:cdrwa",
            "setAcl -s /HERE/c world:anyone:r",
            "setAcl -R /HERE/none world:anyone:cdrwa",
            "setAcl /HERE/c",
            "getAcl",
            "create -e /HERE/e x",
            "getEphemerals",
            "getEphemerals /HERE",
            "getEphemerals /none",
            "getEphemerals x",
            "getAllChildrenNumber /HERE",
            "getAllChildrenNumber /HERE/none",
            "getAllChildrenNumber",
            "sync /HERE",
            "sync",
            "ls -R /HERE",
            "ls -R -s /HERE",
            "ls -R /HERE/none",
            "delete /HERE/a/b 0",
            "delete -v 1 /HERE/a",
            "deleteall -b 0 /HERE/c",
            "deleteall -b 2 /HERE",
            "deleteall -b 2 /HERE",
            "delete /zookeeper",
            "create /HERE again",
            "create /HERE/f one",
            "create -e -c /HERE/f",
            "create -s -c /HERE/f",
            "create -t 600000 -s /HERE/f- x",
            "create -s -t 600000 /HERE/f- x world:anyone:r",
            "get -s -w /HERE/f",
            "get -sw /HERE/f",
            "get -b -x /HERE/f",
            "get -s -b /HERE/f",
            "get /HERE/f /HERE/f",
            "set -s -b /HERE/f QUJD",
            "stat -w /HERE/f",
            "stat relative",
            "ls -s -w /HERE",
            "ls -sw /HERE",
            "ls -R -w /HERE/f",
            "config -w",
            "config -c -s",
            "setquota -B -1 /HERE/f",
            "setquota -N 0 /HERE/f",
            "setAcl -s -R /HERE/f world:anyone:cdrwa",
            "setAcl /HERE/f ip:127.0.0.1:r,world:anyone:cdrwa",
            "getAcl -s /HERE/f",
            "getAcl relative",
            "removewatches -c -d /HERE",
            "getAllChildrenNumber relative",
            "sync relative",
            "sync /none",
            "version",
            "redo 9999",
            "redo 0",
            "history");

    private static BothServers servers;

    @BeforeAll
    static void start() throws StartFailedException {
        servers = BothServers.start();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void theSameCommandsPrintTheSame() throws IOException, InterruptedException {
        String here = servers.ours();
        ours(servers.theirs(), List.of("create /theirs", "create /ours"));
        ours(here, List.of("create /theirs", "create /ours"));

        String reference = normal(
                ApacheShell.say(servers.theirs() + "/theirs", everything(servers.theirs(), "theirs-too")),
                "theirs-too");
        assertThat(reference)
                .as("Apache's shell came to the end")
                .contains("Output stat for /HERE count=", "KeeperErrorCode = Reconfig is disabled", " - history");
        assertThat(normal(ours(servers.theirs() + "/ours", everything(servers.theirs(), "ours-too")), "ours-too"))
                .as("our shell, Apache's server")
                .isEqualTo(reference);
        assertThat(normal(ApacheShell.say(here + "/theirs", everything(here, "theirs-too")), "theirs-too"))
                .as("Apache's shell, our server")
                .isEqualTo(reference);
        assertThat(normal(ours(here + "/ours", everything(here, "ours-too")), "ours-too"))
                .as("our shell, our server")
                .isEqualTo(reference);
    }

    @Test
    void everyCommandIsHereWithItsUsage() throws IOException, InterruptedException {
        List<String> theirs = ApacheShell.say(servers.theirs(), List.of("help"))
                .lines()
                .filter(line -> line.startsWith("\t"))
                .map(String::strip)
                .toList();

        assertThat(theirs).hasSizeGreaterThan(20);
        assertThat(Verbs.all())
                .extracting(verb -> (verb.name() + " " + verb.takes()).strip())
                .containsAll(theirs);
    }

    /**
     * All commands, the second part without the chroot, below a node of its own. Without events, and after a sync, which Apache's client
     * answers behind the event of the connection: its shell prints a listing piece by piece, and an event of the other thread in between.
     */
    private static List<String> everything(String address, String top) {
        List<String> commands = new ArrayList<>(List.of("printwatches off", "sync /"));
        commands.addAll(COMMANDS);
        commands.addAll(List.of("close", "ls /", "close", "connect " + address));
        SERVER_COMMANDS.forEach(command -> commands.add(command.replace("HERE", top)));
        return commands;
    }

    private static String ours(String address, List<String> commands) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (ZnodeShell shell = ZnodeShell.over(ShellSettings.of(address), both, both)) {
            shell.reconnect();
            new ScriptLoop(shell, ScriptLoop.OnError.CONTINUE)
                    .run(new BufferedReader(new StringReader(String.join("\n", commands))));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Zxids, sessions and times by their names; and nothing of connections, logging, explanations or blank lines. Events and blank lines
     * are for {@link ZkCliStreamsTest}.
     */
    private static String normal(String text, String top) {
        return text.replace(top, "HERE")
                .lines()
                .map(line -> line.replaceAll("(ZooKeeper|Baton) CLI version: .*", "CLI version"))
                .map(line -> line.replaceAll("0x[1-9a-f][0-9a-f]*", "0x#").replaceAll("(.time) = .*", "$1 = #"))
                .map(String::stripTrailing)
                .filter(line -> !line.matches("SLF4J.*|.* (DEBUG|INFO|WARN) .*|Connecting to.*|Welcome.*|JLine.*"))
                .filter(line -> !line.matches("WATCHER::|WatchedEvent.*| -.*|"))
                .collect(Collectors.joining("\n"));
    }
}
