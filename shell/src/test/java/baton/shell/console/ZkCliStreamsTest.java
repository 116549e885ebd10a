package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Apache's shell and ours print on standard output alone, blank lines among it, and the events they are told of. */
class ZkCliStreamsTest {
    /** What is there before either shell looks. */
    private static final List<String> GIVEN = List.of(
            "create /null",
            "create /empty ''",
            "create /text 'some text'",
            "create /long 0123456789abcdef0123",
            "create /t",
            "create /t/a x",
            "create /t/a/b");

    private static final List<String> LOOKING = List.of(
            "ls /",
            "ls -s /",
            "ls /null",
            "ls -R /",
            "get /null",
            "get -s /null",
            "get /empty",
            "get -s /empty",
            "get -b /empty",
            "get -s -b /empty",
            "get -x /empty",
            "get -s -x /empty",
            "get /text",
            "get -s /text",
            "get -b /text",
            "get -s -b /text",
            "get -x /text",
            "get -s -x /long",
            "get /none",
            "stat /empty",
            "stat /none",
            "set /text new",
            "set -s /text newer",
            "setAcl /text world:anyone:cdrw",
            "setAcl -s /null world:anyone:cdrwa",
            "getAcl /text",
            "getAcl -s /text",
            "getAllChildrenNumber /",
            "getEphemerals /",
            "whoami",
            "config",
            "config -s",
            "config -c",
            "delete /empty",
            "ls /empty",
            "printwatches");

    private static final List<String> WATCHING = List.of(
            "ls -w /t",
            "create /t/c",
            "create /t/unseen",
            "ls -s -w /t/c",
            "delete /t/c",
            "ls -R -w /t",
            "create /t/d",
            "create /t/a/b/d",
            "set /t/a unseen",
            "set /t x",
            "get -w /t/a",
            "set /t/a y",
            "set /t/a unseen",
            "get -s -b -w /t/a",
            "set /t/a z",
            "stat -w /t/a",
            "set /t/a z",
            "stat -w /t/new",
            "create /t/new",
            "get -w /t/new",
            "ls -w /t/new",
            "delete /t/new",
            "get /t/a true",
            "ls /t/a true",
            "create /t/a/e",
            "set /t/a z",
            "addWatch -m PERSISTENT /t/a",
            "set /t/a z",
            "set /t/a z",
            "ls -R -w /t/a/b",
            "deleteall /t/a/b",
            "printwatches off",
            "set /t/a unseen",
            "sync /",
            "printwatches on");

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
    void resultsAreTheSameToTheBlankLine() throws IOException, InterruptedException {
        // Without the event of the connection, of which nobody knows among which lines it comes.
        List<String> commands = all(List.of("printwatches off", "sync /"), LOOKING);
        String all = theirResults("looked-at", commands);
        String theirs = all.substring(all.indexOf("Sync is OK"));
        assertThat(theirs).contains("\n\ncZxid = ").endsWith("\nprintwatches is off\n");

        assertThat(ourResults(servers.theirs() + "/looked-at-too", commands))
                .as("our shell, Apache's server")
                .isEqualTo(theirs);
        assertThat(ourResults(servers.ours() + "/looked-at", commands))
                .as("our shell, our server")
                .isEqualTo(theirs);
    }

    @Test
    void watchesLeadToTheSameEvents() throws IOException, InterruptedException {
        // The answer to a sync comes behind all events before it.
        List<String> commands = all(WATCHING, List.of("sync /"));
        List<String> theirs = events(theirResults("watched", commands));
        assertThat(theirs).hasSizeGreaterThan(15).noneMatch(event -> event.endsWith("unseen"));

        assertThat(events(ourResults(servers.theirs() + "/watched-too", commands)))
                .as("our shell, Apache's server")
                .isEqualTo(theirs);
        assertThat(events(ourResults(servers.ours() + "/watched", commands)))
                .as("our shell, our server")
                .isEqualTo(theirs);
    }

    private static List<String> all(List<String> first, List<String> then) {
        List<String> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }

    /** Of Apache's shell at Apache's server, below a node of its own. */
    private static String theirResults(String top, List<String> commands) throws IOException, InterruptedException {
        prepare(servers.theirs(), top);
        return normal(ApacheShell.results(servers.theirs() + "/" + top, commands));
    }

    /** At an address whose last part is a node of its own. */
    private static String ourResults(String address, List<String> commands) throws InterruptedException {
        int slash = address.indexOf('/');
        prepare(address.substring(0, slash), address.substring(slash + 1));
        try (RecordedShell shell = RecordedShell.at(ShellSettings.of(address))) {
            for (String command : commands) {
                shell.run(command);
            }
            return normal(shell.out());
        }
    }

    private static void prepare(String address, String top) throws InterruptedException {
        try (RecordedShell shell = RecordedShell.at(ShellSettings.of(address))) {
            shell.given("create /" + top);
        }
        try (RecordedShell shell = RecordedShell.at(ShellSettings.of(address + "/" + top))) {
            shell.given(GIVEN.toArray(String[]::new));
        }
    }

    private static List<String> events(String results) {
        return results.lines()
                .filter(line -> line.startsWith("WatchedEvent ") && !line.contains(" type:None "))
                .toList();
    }

    /** Zxids and times by their names. */
    private static String normal(String results) {
        return results.replaceAll("0x[1-9a-f][0-9a-f]*", "0x#")
                .replaceAll("(.time) = .*", "$1 = #")
                .replaceAll("zxid: [0-9]+", "zxid: #")
                .replace("JLine support is disabled\n", "");
    }
}
