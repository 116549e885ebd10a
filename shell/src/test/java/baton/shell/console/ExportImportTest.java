package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportImportTest {
    @TempDir
    private Path directory;

    private ShellOnServer shell;
    private Path file;

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        file = directory.resolve("app.jsonl");
        shell = ShellOnServer.start();
        shell.given(
                "create /app text",
                "create /app/none",
                "create /app/empty ''",
                "create /app/bytes",
                "set -b /app/bytes AAEC/w==",
                "create /app/locked x world:anyone:rwa",
                "create -c /app/box",
                "create -e /app/fleeting x");
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @Test
    void whatIsExportedIsImportedAsItWas() throws IOException, InterruptedException {
        assertThat(shell.outOf("export /app " + file)).isEqualTo("Exported 7 nodes to " + file + "\n");
        assertThat(Files.readAllLines(file))
                .startsWith(
                        "{\"format\":\"baton-export 1\",\"root\":\"/app\"}",
                        "{\"path\":\"/\",\"data\":{\"text\":\"text\"}}")
                .contains(
                        "{\"path\":\"/none\"}",
                        "{\"path\":\"/empty\",\"data\":{\"text\":\"\"}}",
                        "{\"path\":\"/bytes\",\"data\":{\"base64\":\"AAEC/w==\"}}",
                        "{\"path\":\"/locked\",\"data\":{\"text\":\"x\"},\"acl\":"
                                + "[{\"scheme\":\"world\",\"id\":\"anyone\",\"permissions\":\"rwa\"}]}")
                .endsWith("{\"nodes\":7}");

        assertThat(shell.outOf("import " + file + " /copy"))
                .isEqualTo("Imported 6 nodes into /copy, left out 1 ephemerals (--ephemerals takes them)\n");

        assertThat(shell.outOf("get /copy/none")).isEqualTo("null\n");
        assertThat(shell.outOf("get /copy/empty")).isEqualTo("\n");
        assertThat(shell.outOf("get -b /copy/bytes")).isEqualTo("AAEC/w==\n");
        assertThat(shell.outOf("getAcl /copy/locked")).isEqualTo("'world,'anyone\n: rwa\n");
        assertThat(shell.outOf("tree /copy")).contains("box", "locked").doesNotContain("fleeting");
    }

    @Test
    void ephemeralsComeAlongIfAskedFor() throws InterruptedException {
        shell.given("export /app " + file);

        assertThat(shell.outOf("import --ephemerals " + file + " /copy")).isEqualTo("Imported 7 nodes into /copy\n");

        assertThat(shell.outOf("getEphemerals /copy")).isEqualTo("[/copy/fleeting]\n");
    }

    @Test
    void whatIsThereIsRefusedKeptOrOverwritten() throws InterruptedException {
        shell.given("export /app " + file, "set /app changed");

        ExitCode refused = shell.run("import " + file);

        assertThat(refused).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .contains("Node already exists: /app (0 nodes were imported before it; --overwrite replaces");
        assertThat(shell.outOf("import --keep " + file)).startsWith("Imported 0 nodes into /app, kept 6");
        assertThat(shell.outOf("get /app")).isEqualTo("changed\n");
        assertThat(shell.outOf("import --overwrite " + file))
                .startsWith("Imported 6 nodes into /app, 6 of them were there and were overwritten");
        assertThat(shell.outOf("get /app")).isEqualTo("text\n");
    }

    @Test
    void aFileThatIsNotWholeChangesNothing() throws IOException, InterruptedException {
        shell.given("export /app " + file);
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, lines.size() - 1));

        ExitCode refused = shell.run("import " + file + " /copy");

        assertThat(refused).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).isEqualTo(file + ", line 8: the file ends here, and is not whole\n");
        assertThat(shell.run("get /copy")).isEqualTo(ExitCode.PROBLEM);
    }

    @Test
    void rightsThatWereMaskedAreNotPutInForce() throws IOException, InterruptedException {
        Files.writeString(file, """
                {"format":"baton-export 1","root":"/old"}
                {"path":"/"}
                {"path":"/own","acl":[{"scheme":"digest","id":"bob:x","permissions":"cdrwa"}]}
                {"nodes":2}
                """);

        assertThat(shell.run("import " + file)).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.err())
                .startsWith(file + ", line 3: the rights of /own were masked when it was exported: export it again");
        assertThat(shell.run("get /old")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.run("import --keep " + file)).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).startsWith(file + ", line 3: the rights of /own were masked");
        shell.given("create /old", "create /old/own");
        assertThat(shell.outOf("import --keep " + file)).startsWith("Imported 0 nodes into /old, kept 2");
        assertThat(shell.outOf("getAcl /old/own")).isEqualTo("'world,'anyone\n: cdrwa\n");
    }

    @Test
    void aDryRunSaysWhatItWouldDo() throws InterruptedException {
        shell.given("export /app " + file);

        assertThat(shell.outOf("import --dry-run " + file + " /copy")).isEqualTo("Would import 6 nodes into /copy\n");
        assertThat(shell.run("get /copy")).isEqualTo(ExitCode.PROBLEM);
    }

    @Test
    void theServersOwnNodesStayBehind() throws InterruptedException {
        shell.given("deleteall /app");

        assertThat(shell.linesOf("export / -"))
                .containsExactly(
                        "{\"format\":\"baton-export 1\",\"root\":\"/\"}",
                        "{\"path\":\"/\",\"data\":{\"text\":\"\"}}",
                        "{\"nodes\":1}");
    }

    @Test
    void bytesOfAFileAreSetAndPrintedAsTheyAre() throws IOException, InterruptedException {
        Path bytes = Files.write(directory.resolve("bytes"), new byte[] {0, 10, (byte) 200});

        shell.given("set /app --file " + bytes);

        assertThat(shell.outOf("get -b /app")).isEqualTo("AArI\n");
        assertThat(shell.run("set /app --file " + directory.resolve("none"))).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("set /app")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.outOf("get --raw /app/locked")).isEqualTo("x");
    }
}
