package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --dry-run} says what a change would do, or why it would be refused, and changes nothing. */
class DryRunTest {
    private ShellOnServer shell;

    @BeforeEach
    void start() throws StartFailedException, InterruptedException {
        shell = ShellOnServer.start();
        shell.given(
                "create /app x",
                "set /app y",
                "setAcl /app world:anyone:cdrwa",
                "create /app/old",
                "create -e /here",
                "create /bytes AAE= --base64",
                "create /limited",
                "setquota -n 9 /limited",
                "setquota -b 100 /limited");
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --dry-run /app z                | would set /app to version 2",
                "set --dry-run -v 1 /app z           | would set /app to version 2",
                "edit --dry-run /app                 | would edit /app and set it to version 2",
                "create --dry-run /app/new z         | would create /app/new",
                "create --dry-run -s -e /app/n- z    | would create /app/n- with a number behind it",
                "create --dry-run -c /app/new        | would create /app/new",
                "create --dry-run -t 9 /app/new      | would create /app/new",
                "create --dry-run --parents /new     | would create /new",
                "create --dry-run --parents /app/n/x | would create /app/n~would create /app/n/x",
                "create --dry-run --parents -s /a/b/ | would create /a~would create /a/b~"
                        + "would create /a/b/ with a number behind it",
                "setAcl --dry-run -v 1 /app ip::r    | would set the rights of /app",
                "setAcl --dry-run -R /here ip::r     | would set the rights of /here",
                "delete --dry-run /app/old           | would delete /app/old",
                "rm --dry-run -v 0 /app/old          | would delete /app/old",
                "deleteall --dry-run /app/old        | would delete /app/old",
                "setquota --dry-run -n 5 /app        | "
                        + "would set the quota of /app to count=5,bytes=-1=;byteHardLimit=-1;countHardLimit=-1",
                "setquota --dry-run -n 5 /limited    | "
                        + "would set the quota of /limited to count=5,bytes=100=;byteHardLimit=-1;countHardLimit=-1",
                "delquota --dry-run -n /limited      | "
                        + "would set the quota of /limited to count=-1,bytes=100=;byteHardLimit=-1;countHardLimit=-1",
                "delquota --dry-run /limited         | would delete the quota of /limited"
            })
    void whatWouldBeDoneIsSaid(String line, String said) throws InterruptedException {
        String before = all();

        assertThat(shell.outOf(line)).isEqualTo(said.replace('~', '\n') + "\n");

        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set --dry-run /none z            | Node does not exist: /none",
                "set --dry-run -v 0 /app z        | version No is not valid : /app",
                "edit --dry-run /none             | Node does not exist: /none",
                "edit --dry-run /bytes            | /bytes holds no text: get --raw writes its bytes, and set --file takes those of a file",
                "create --dry-run /app z          | Node already exists: /app",
                "create --dry-run /none/new       | Node does not exist: /none/new",
                "create --dry-run /here/new       | Ephemerals cannot have children: /here/new",
                "create --dry-run --parents /app  | Node already exists: /app",
                "create --dry-run --parents /here/new/x | Ephemerals cannot have children: /here/new",
                "setAcl --dry-run -v 0 /app ip::r | version No is not valid : /app",
                "setAcl --dry-run /none ip::r     | Node does not exist: /none",
                "delete --dry-run /none           | Node does not exist: /none",
                "delete --dry-run -v 7 /app/old   | version No is not valid : /app/old",
                "delete --dry-run /app            | Node not empty: /app",
                "setquota --dry-run -n 5 /none    | /none does not exist.",
                "delquota --dry-run /app          | Quota does not exist for /app"
            })
    void whatWouldBeRefusedIs(String line, String said) throws InterruptedException {
        assertThat(shell.run(line)).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.err()).isEqualTo(said + "\n");
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void eachPartOfATransactionSeesThoseBeforeIt() throws InterruptedException {
        String before = all();

        assertThat(shell.linesOf(
                        "multi --dry-run { delete /app/old ; create /app/old ; set -v 0 /app/old x ; check -v 1"
                                + " /app/old ; delete -v 1 /app/old ; delete -v 1 /app ; create -s /n- }"))
                .containsExactly(
                        "would delete /app/old",
                        "would create /app/old",
                        "would set /app/old to version 1",
                        "would find /app/old as it is to be",
                        "would delete /app/old",
                        "would delete /app",
                        "would create /n- with a number behind it");

        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create /new ; create /new      | Node already exists: /new (number 2 of 2, 'create /new'",
                "create /none/new               | Node does not exist: /none/new (number 1 of 1",
                "create /here/new               | Ephemerals cannot have children: /here/new (number 1 of 1",
                "create /a ; create -e /a/b ; create /a/b/c | Ephemerals cannot have children: /a/b/c (number 3 of 3",
                "delete /app/old ; set /app/old x | Node does not exist: /app/old (number 2 of 2",
                "set /app 1 ; check -v 1 /app   | version No is not valid : /app (number 2 of 2",
                "create /app/new ; delete /app/old ; delete /app | Node not empty: /app (number 3 of 3"
            })
    void aPartThatWouldBeRefusedRefusesTheWhole(String parts, String said) throws InterruptedException {
        String line = "multi %s{ " + parts + " }";

        assertThat(shell.run(line.formatted("--dry-run "))).isEqualTo(ExitCode.PROBLEM);
        String rehearsed = shell.err();
        assertThat(rehearsed).startsWith(said);
        assertThat(shell.out()).isEmpty();

        assertThat(shell.run(line.formatted(""))).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).as("as the server does").isEqualTo(rehearsed + rehearsed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create --dry-run /new", "set --dry-run /app z", "delete --dry-run /app/old"})
    void ofAPartAloneThereIsNone(String part) throws InterruptedException {
        String before = all();

        assertThat(shell.run("multi { " + part + " }")).isEqualTo(ExitCode.USAGE);

        assertThat(shell.err()).contains("--dry-run: stands behind multi");
        assertThat(all()).isEqualTo(before);
    }

    private String all() throws InterruptedException {
        return shell.outOf("ls -R /")
                + shell.outOf("get -s /app")
                + shell.outOf("listquota /limited")
                + shell.outOf("getAcl /app");
    }
}
