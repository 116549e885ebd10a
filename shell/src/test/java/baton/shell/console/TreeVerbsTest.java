package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that copy, move, compare, measure, search and edit what is in the tree. */
class TreeVerbsTest {
    @TempDir
    Path directory;

    private ShellOnServer shell;

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        shell = ShellOnServer.start();
        shell.given(
                "create /app x",
                "create /app/config 'url=http://one'",
                "create /app/jobs",
                "create /app/jobs/job-1 'first line'",
                "create /app/jobs/job-2 'Second line' world:anyone:drwa");
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @Test
    void aSubtreeIsCopiedWithDataAndRights() throws InterruptedException {
        shell.given("create -e /app/worker w");

        assertThat(shell.outOf("cp -r /app /copy"))
                .isEqualTo("Copied 5 nodes to /copy, left out 1 ephemerals (--ephemerals takes them)\n");

        assertThat(shell.outOf("get /copy/jobs/job-1")).isEqualTo("first line\n");
        assertThat(shell.outOf("getAcl /copy/jobs/job-2")).isEqualTo("'world,'anyone\n: drwa\n");
        assertThat(shell.run("diff /app/jobs /copy/jobs")).isEqualTo(ExitCode.OK);
    }

    @Test
    void aCopyMeetsWhatIsThere() throws InterruptedException {
        shell.given("cp -r /app /copy", "set /copy/config mine", "delete /copy/jobs/job-1");

        assertThat(shell.run("cp -r /app /copy")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.outOf("cp -r --keep /app /copy"))
                .isEqualTo("Copied 1 nodes to /copy, kept 4 that were there\n");
        assertThat(shell.outOf("get /copy/config")).isEqualTo("mine\n");
        assertThat(shell.outOf("cp -r --overwrite /app /copy"))
                .isEqualTo("Copied 5 nodes to /copy, 5 of them were there and were overwritten\n");
        assertThat(shell.outOf("get /copy/config")).isEqualTo("url=http://one\n");
    }

    @Test
    void aCopyIsNeitherHalfNorEndless() throws InterruptedException {
        assertThat(shell.run("cp /app /copy")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("cp -r /app /app/copy")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.linesOf("cp -r --dry-run /app/jobs /copy"))
                .containsExactly(
                        "would copy /app/jobs to /copy",
                        "would copy /app/jobs/job-1 to /copy/job-1",
                        "would copy /app/jobs/job-2 to /copy/job-2");

        assertThat(shell.outOf("cp /app/config /copy")).isEqualTo("Copied 1 nodes to /copy\n");
        assertThat(shell.outOf("ls /copy")).isEqualTo("[]\n");
    }

    @Test
    void aSubtreeComesFromAnotherEnsemble() throws InterruptedException, StartFailedException {
        try (ShellOnServer other = ShellOnServer.start()) {
            assertThat(other.run("cp -r zk://" + shell.address() + "/app /app")).isEqualTo(ExitCode.OK);
            assertThat(other.run("diff /app zk://" + shell.address() + "/app")).isEqualTo(ExitCode.OK);

            other.given("set /app/config other", "create /app/new", "deleteall /app/jobs");

            assertThat(other.run("diff zk://" + shell.address() + "/app /app")).isEqualTo(ExitCode.PROBLEM);
            assertThat(other.out()).isEqualTo("~ /config  'url=http://one' -> 'other'\n- /jobs\n+ /new\n");
            assertThat(other.err()).isEqualTo("3 differences\n");
        }
    }

    @Test
    void aSubtreeIsComparedWithAFile() throws InterruptedException {
        Path file = directory.resolve("app.json");
        shell.given("export /app " + file);
        assertThat(shell.run("diff file:" + file + " /app")).isEqualTo(ExitCode.OK);

        shell.given("setAcl /app/config world:anyone:cdrw", "set /app --base64 AAEC/wo=");

        assertThat(shell.run("diff file:" + file + " /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.out()).isEqualTo("~ /  'x' -> 5 bytes\n~ /config  other rights\n");
        assertThat(shell.run("diff file:/no/such/file /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("diff /none /app")).isEqualTo(ExitCode.PROBLEM);
    }

    @Test
    void aSmallSubtreeMovesInOneStep() throws InterruptedException {
        assertThat(shell.outOf("mv /app/jobs /work")).isEqualTo("Moved 3 nodes to /work\n");

        assertThat(shell.linesOf("ls -R /work")).containsExactly("/work", "/work/job-1", "/work/job-2");
        assertThat(shell.outOf("getAcl /work/job-2")).isEqualTo("'world,'anyone\n: drwa\n");
        assertThat(shell.outOf("ls /app")).isEqualTo("[config]\n");
    }

    @Test
    void aMoveThatCannotBeChangesNothing() throws InterruptedException {
        shell.given("create -e /app/worker w");

        assertThat(shell.run("mv /app /moved")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("mv /app/jobs /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("mv /app /app/jobs/app")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("mv /none /moved")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.err())
                .contains("/app/worker is ephemeral", "Node already exists: /app (nothing was moved; --resume");
        assertThat(shell.outOf("ls /")).isEqualTo("[app, zookeeper]\n");
    }

    @Test
    void rightsThatAreMaskedAreNotTakenOver() throws InterruptedException {
        shell.given("addauth digest app:secret", "create /app/own x", "setAcl /app/own auth::cdrwa,world:anyone:cdrw");
        try (RecordedShell stranger = RecordedShell.at(ShellSettings.of(shell.address()))) {
            Path file = directory.resolve("app.json");
            for (String line : List.of("mv /app /moved", "cp -r /app /moved", "export /app " + file)) {
                stranger.given();

                assertThat(stranger.run(line)).as(line).isEqualTo(ExitCode.DENIED);

                assertThat(stranger.err()).as(line).startsWith("rights of /app/own are masked: addauth first");
            }
            assertThat(file).doesNotExist();
            assertThat(shell.outOf("ls /")).isEqualTo("[app, zookeeper]\n");

            assertThat(stranger.run("addauth digest app:secret")).isEqualTo(ExitCode.OK);
            assertThat(stranger.run("mv /app /moved")).isEqualTo(ExitCode.OK);
        }
        assertThat(shell.outOf("getAcl /moved/own")).startsWith("'digest,'app:").doesNotContain("app:x");
    }

    @Test
    void whatIsRefusedForWantOfRightsSaysSoByItsExitCode() throws InterruptedException {
        shell.given("create /closed x world:anyone:ra", "create /ours");

        assertThat(shell.run("cp /app/config /closed/config")).isEqualTo(ExitCode.DENIED);
        assertThat(shell.run("mv /app/config /closed/config")).isEqualTo(ExitCode.DENIED);
        assertThat(shell.run("multi { create /ours/a ; create /closed/a }")).isEqualTo(ExitCode.DENIED);

        assertThat(shell.err())
                .contains(
                        "Insufficient permission : /closed/config (0 nodes were copied before it)",
                        "Insufficient permission : /closed/config (nothing was moved)",
                        "'create /closed/a'; nothing was changed)");
    }

    @ParameterizedTest
    @CsvSource({
        "tree /app, 'config'",
        "du -d 9 /app, '/app/jobs/job-2'",
        "find /app -name job*, '/app/jobs/job-2'",
        "grep line /app, '/app/jobs/job-2:Second line'",
    })
    void whoOnlyLooksGoesOnPastWhatMayNotBeReadAndSaysSo(String line, String shown) throws InterruptedException {
        shell.given("create /app/a-closed x world:anyone:ca", "create /app/a-closed/below x", "create /app/b-closed");
        shell.given("setAcl /app/b-closed world:anyone:ca");

        assertThat(shell.run(line)).isEqualTo(ExitCode.DENIED);

        assertThat(shell.out()).contains(shown).doesNotContain("below");
        assertThat(shell.err()).isEqualTo("Insufficient permission : /app/a-closed (left out, and 1 more)\n");
    }

    @Test
    void aCopyIntoItsSourceUnderAnotherNameEnds() throws InterruptedException {
        shell.given("create /app/copy");

        assertThat(shell.outOf("cp -r --overwrite zk://" + shell.address() + "/app /app/copy"))
                .isEqualTo("Copied 6 nodes to /app/copy, 1 of them were there and were overwritten\n");

        assertThat(shell.outOf("ls /app/copy/copy")).isEqualTo("[]\n");
    }

    @Test
    void whatContradictsItselfIsAMatterOfUsage() throws InterruptedException {
        shell.shell().readDataFrom(new ByteArrayInputStream("data".getBytes(StandardCharsets.UTF_8)));

        assertThat(shell.run("rm -r -v 3 /app")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("multi { set /app --stdin ; set /app/config --stdin }"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("addauth sasl nobody")).isEqualTo(ExitCode.USAGE);

        // One more session under the same identities.
        assertThat(shell.run("diff /app zk://" + shell.address() + "/app")).isEqualTo(ExitCode.OK);
        assertThat(shell.outOf("get /app/config")).isEqualTo("url=http://one\n");
    }

    @Test
    void aLargeMoveLooksForWhatCannotBeMovedFirst() throws InterruptedException {
        shell.given("create /many");
        for (int i = 0; i < 520; i++) {
            shell.given("create /many/n" + i);
        }
        shell.given("create -e /many/worker", "create /app/many");

        assertThat(shell.run("mv --yes /many /moved")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).contains("/many/worker is ephemeral").doesNotContain("stopped on the way");
        assertThat(shell.outOf("ls /")).isEqualTo("[app, many, zookeeper]\n");

        shell.given("delete /many/worker");
        assertThat(shell.run("mv --yes /many /app/many")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .contains(
                        "stopped on the way: 0 nodes were copied to /app/many, 0 of them are gone from /many",
                        "Node already exists: /app/many (0 nodes were copied before it; --resume goes on");
    }

    @Test
    void aLargeSubtreeMovesStepByStep() throws InterruptedException {
        shell.given("create /many");
        for (int i = 0; i < 520; i++) {
            shell.given("create /many/n" + i + " " + i);
        }
        assertThat(shell.run("mv /many /app/many")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .isEqualTo("to move 521 nodes from /many to /app/many, add --yes; nothing was changed\n");

        assertThat(shell.outOf("mv --yes /many /app/many")).isEqualTo("Moved 521 nodes to /app/many\n");

        assertThat(shell.outOf("getAllChildrenNumber /app/many")).isEqualTo("520\n");
        assertThat(shell.outOf("get /app/many/n519")).isEqualTo("519\n");
        assertThat(shell.outOf("ls /")).isEqualTo("[app, zookeeper]\n");
    }

    @Test
    void muchIsRemovedAfterAYesOnly() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            shell.given("create /app/jobs/more-" + i);
        }

        assertThat(shell.run("rm /app/jobs")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("rm -r /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .contains("Node not empty: /app/jobs", "to delete 13 nodes: /app, /app/config, /app/jobs, ");
        assertThat(shell.linesOf("rm --dry-run /app/config")).containsExactly("would delete /app/config");
        shell.given("rm /app/config", "rm -r --yes /app");
        assertThat(shell.outOf("ls /")).isEqualTo("[zookeeper]\n");
    }

    @Test
    void sizesAddUp() throws InterruptedException {
        assertThat(shell.linesOf("du /app").stream().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly("14 bytes 1 nodes /app/config", "21 bytes 3 nodes /app/jobs", "36 bytes 5 nodes /app");
        assertThat(shell.linesOf("du -d 0 /app")).hasSize(1);
        assertThat(shell.linesOf("du -d 9 /app")).hasSize(5);
    }

    @Test
    void linesAreFound() throws InterruptedException {
        shell.given("create /app/binary --base64 AGxpbmX/");

        assertThat(shell.linesOf("grep line /app"))
                .containsExactly(
                        "/app/binary: 6 bytes that are no text fit",
                        "/app/jobs/job-1:first line",
                        "/app/jobs/job-2:Second line");
        assertThat(shell.linesOf("grep -i ^second /app")).containsExactly("/app/jobs/job-2:Second line");
        assertThat(shell.linesOf("grep -l http /")).containsExactly("/app/config");
        assertThat(shell.run("grep nowhere /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("grep ( /app")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void nodesAreFoundByRights() throws InterruptedException {
        assertThat(shell.linesOf("find /app -acl world:anyone:drwa")).containsExactly("/app/jobs/job-2");
        assertThat(shell.linesOf("find /app -acl world:*:c*")).hasSize(4);
        assertThat(shell.linesOf("find /app -acl world:anyone")).hasSize(5);
        assertThat(shell.linesOf("find /app -acl digest:*")).isEmpty();
    }

    @Test
    void severalChangesHappenAtOnceOrNotAtAll() throws InterruptedException {
        assertThat(shell.linesOf("multi { create -s /app/n- a ; set /app y ; check -v 1 /app ; delete /app/config }"))
                .containsExactly(
                        "Created /app/n-0000000002", "Set /app to version 1", "Checked /app", "Deleted /app/config");

        assertThat(shell.run("multi { delete /app/jobs/job-1 ; check /app 7 }")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .isEqualTo("version No is not valid : /app (number 2 of 2, 'check /app 7'; nothing was changed)\n");
        assertThat(shell.outOf("get /app/jobs/job-1")).isEqualTo("first line\n");
        assertThat(shell.run("multi { get /app }")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("multi { }")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aTextIsEditedUnlessSomebodyElseWasFaster() throws InterruptedException {
        List<Path> files = new ArrayList<>();
        shell.shell().editWith(file -> {
            files.add(file);
            Files.writeString(file, Files.readString(file) + " edited");
            return 0;
        });
        assertThat(shell.outOf("edit /app")).isEqualTo("Set /app to version 1\n");
        assertThat(shell.outOf("get /app")).isEqualTo("x edited\n");
        assertThat(files.get(0)).doesNotExist();

        shell.shell().editWith(file -> {
            files.add(file);
            shell.run("set /app faster");
            Files.writeString(file, "slower");
            return 0;
        });
        assertThat(shell.run("edit /app")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).startsWith("somebody else has changed /app meanwhile: what you wrote is in ");
        assertThat(files.get(1)).hasContent("slower");
        shell.shell().editWith(file -> 1);
        assertThat(shell.run("edit /app")).isEqualTo(ExitCode.OK);
        assertThat(shell.outOf("get /app")).isEqualTo("faster\n");
    }

    @Test
    void bytesAreNotEdited() throws InterruptedException {
        shell.given("create /binary --base64 AAEC/wo=");

        assertThat(shell.run("edit /binary")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).startsWith("/binary holds no text");
    }
}
