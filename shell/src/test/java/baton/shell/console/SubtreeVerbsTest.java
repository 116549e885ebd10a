package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that walk down from a node. */
class SubtreeVerbsTest {
    private ShellOnServer shell;

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        shell = ShellOnServer.start();
        shell.given(
                "create /app x",
                "create /app/config 'some text'",
                "create /app/jobs",
                "create /app/jobs/job-1 1",
                "create /app/jobs/job-2 22",
                "create -e /app/worker w",
                "create -c /app/box");
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @Test
    void aTreeIsDrawnWithWhatVanishesMarked() throws InterruptedException {
        String drawn = shell.outOf("tree /app").replaceAll("0x[0-9a-f]+", "0x#");

        assertThat(drawn).isEqualTo("""
                /app
                ├── box
                ├── config
                ├── jobs
                │   ├── job-1
                │   └── job-2
                └── worker  (ephemeral 0x#)
                """);
    }

    @Test
    void aTreeCanBeCutAndShowSizes() throws InterruptedException {
        assertThat(shell.outOf("tree -L 1 -s /app/jobs")).isEqualTo("""
                /app/jobs  0 bytes
                ├── job-1  1 bytes
                └── job-2  2 bytes
                """);
        assertThat(shell.outOf("tree -L 0 /app")).isEqualTo("/app\n");
    }

    @Test
    void nodesAreFoundByNamePathSizeAgeAndOwner() throws InterruptedException {
        assertThat(shell.linesOf("find /app -name job-*")).containsExactly("/app/jobs/job-1", "/app/jobs/job-2");
        assertThat(shell.linesOf("find / -regex /app/[cj].*s")).containsExactly("/app/jobs");
        assertThat(shell.linesOf("find /app -size +5")).containsExactly("/app/config");
        assertThat(shell.linesOf("find /app -size 2")).containsExactly("/app/jobs/job-2");
        assertThat(shell.linesOf("find /app -name job-* -size -2")).containsExactly("/app/jobs/job-1");
        assertThat(shell.linesOf("find /app -ephemeral")).containsExactly("/app/worker");
        assertThat(shell.linesOf("find /app -mtime -1h")).hasSize(7);
        assertThat(shell.linesOf("find /app -mtime +1h")).isEmpty();
        assertThat(shell.linesOf("find /app -owner 0x1")).isEmpty();
    }

    @Test
    void aWalkEndsWhenNobodyReadsItsResults() throws InterruptedException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (ZnodeShell unread = ZnodeShell.over(
                ShellSettings.of(shell.address()), new PrintStream(closed, true), new PrintStream(errors, true))) {
            unread.reconnect();

            assertThat(unread.runLine("ls -R /")).isEqualTo(ExitCode.PROBLEM);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("the results cannot be written any more: stopped");
    }

    @Test
    void whatIsAskedForMustMakeSense() throws InterruptedException {
        assertThat(shell.run("find /app -size many")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("find /app -mtime 5x")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("find /app -regex (")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("find /app -owner me")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("find /none")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .contains("-size many: must be a number", "-mtime 5x: ", "-regex (: ", "-owner me: must be a session");
    }

    @Test
    void manyNodesAreDeletedOnlyAfterAYes() throws InterruptedException {
        List<String> questions = new ArrayList<>();
        shell.given("create /app/jobs/a", "create /app/jobs/b", "create /app/jobs/c", "create /app/jobs/d");
        shell.shell().consent().askWith(question -> {
            questions.add(question);
            return false;
        });

        ExitCode refused = shell.run("deleteall /app");
        ExitCode few = shell.run("deleteall /app/box");

        assertThat(refused).isEqualTo(ExitCode.PROBLEM);
        assertThat(few).isEqualTo(ExitCode.OK);
        assertThat(questions)
                .containsExactly("delete 11 nodes: /app, /app/box, /app/config, /app/jobs, /app/worker and 6 more?");
        assertThat(shell.linesOf("deleteall --dry-run /app/jobs"))
                .startsWith("would delete /app/jobs", "would delete /app/jobs/a")
                .hasSize(7);
        shell.given("deleteall --yes -b 3 /app");
        assertThat(shell.outOf("ls /")).isEqualTo("[zookeeper]\n");
    }

    @Test
    void rightsOfASubtreeAreSetAfterARehearsal() throws InterruptedException {
        assertThat(shell.linesOf("setAcl -R --dry-run /app/jobs world:anyone:r"))
                .containsExactly(
                        "would set the rights of /app/jobs",
                        "would set the rights of /app/jobs/job-1",
                        "would set the rights of /app/jobs/job-2");
        assertThat(shell.outOf("getAcl /app/jobs/job-1")).contains(": cdrwa");

        shell.given("setAcl -R /app/jobs world:anyone:cdra");

        assertThat(shell.outOf("getAcl /app/jobs/job-1")).contains(": cdra");
    }
}
