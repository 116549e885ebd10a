package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data are bytes: how they come in, and how they are shown. */
class NodeDataTest {
    private static final byte[] BYTES = {0, 1, 2, (byte) 0xff, '\n'};

    @TempDir
    Path directory;

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
    void bytesComeFromAFileFromStandardInputOrAsBase64() throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("bytes"), BYTES);
        shell.shell().readDataFrom(new ByteArrayInputStream(BYTES));
        shell.given("create /file --file " + file, "create /base64 --base64 AAEC/wo=", "create /stdin --stdin");
        shell.given("create /set", "set /set --base64 AAEC/wo=");

        assertThat(shell.outOf("get -o hex /file")).isEqualTo("000102ff0a\n");
        assertThat(shell.outOf("get -o base64 /base64")).isEqualTo("AAEC/wo=\n");
        assertThat(shell.outOf("get -o hex /stdin")).isEqualTo("000102ff0a\n");
        assertThat(shell.outOf("get -o hex /set")).isEqualTo("000102ff0a\n");
    }

    @Test
    void rightsStandBehindTheDataWhereverThatComesFrom() throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("bytes"), BYTES);

        shell.given("create /x --file " + file + " world:anyone:r");

        assertThat(shell.outOf("getAcl /x")).isEqualTo("'world,'anyone\n: r\n");
    }

    @Test
    void parentsAreMadeIfAskedFor() throws InterruptedException {
        assertThat(shell.run("create /a/b/c x")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.outOf("create --parents /a/b/c x")).isEqualTo("Created /a/b/c\n");
        assertThat(shell.outOf("create --parents -s /a/b/d/n- x")).isEqualTo("Created /a/b/d/n-0000000000\n");
        assertThat(shell.outOf("get /a/b")).isEqualTo("null\n");
        assertThat(shell.run("create --parents /a/b/c x")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("multi { create --parents /x/y }")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void noDataIsNotEmptyData() throws InterruptedException {
        shell.given("create /null", "create /empty ''");

        assertThat(shell.outOf("get -o json /null")).isEqualTo("{\"path\":\"/null\",\"data\":null}\n");
        assertThat(shell.outOf("get -o json /empty")).isEqualTo("{\"path\":\"/empty\",\"data\":{\"text\":\"\"}}\n");
    }

    @Test
    void commandsFromStandardInputLeaveItToThemselves() throws InterruptedException {
        assertThat(shell.run("create /x --stdin")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("create /x --stdin --file f")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("set /x data --file f")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("create /x --base64 ???")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("create /x --file /no/such/file")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).contains("--stdin: commands come from there", "the data is not base64");
    }

    @Test
    void whatIsNoTextIsShownAsATable() throws InterruptedException {
        shell.given("create /x --base64 AAEC/wo=");

        assertThat(shell.outOf("get /x")).contains("|00000000| 00 01 02 ff 0a ");
        assertThat(shell.run("get -o upside-down /x")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("must be raw, base64, hex, json or pretty");
    }

    @Test
    void jsonIsLaidOutForPeople() throws InterruptedException {
        shell.given("create /x '{\"a\":[1.50,{}, []],\"b\\\"{\" : \"x, y: z\"}'", "create /y 'a: [1'");

        assertThat(shell.outOf("get -o pretty /x")).isEqualTo("""
                {
                  "a": [
                    1.50,
                    {},
                    []
                  ],
                  "b\\"{": "x, y: z"
                }
                """);
        assertThat(shell.outOf("get -o pretty /y")).isEqualTo("a: [1\n");
    }

    @Test
    void oneGetIntoAPipeGivesTheBytesAndNothingElse() throws InterruptedException {
        shell.given("create /x --base64 AAEC/wo=", "create /null");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ShellSettings piped = ShellSettings.of(shell.address()).withBareContent();
        try (ZnodeShell alone =
                ZnodeShell.over(piped, new PrintStream(out, true), new PrintStream(new ByteArrayOutputStream()))) {
            alone.reconnect();
            alone.runLine("get /x");
            alone.runLine("get /null");
            assertThat(out.toByteArray()).isEqualTo(BYTES);

            alone.runLine("get -b /x");
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).endsWith("AAEC/wo=" + System.lineSeparator());
        }
    }
}
