package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody reads whose command is refused. */
class RefusalWordsTest {
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
    void eachNodeThatKeepsItsRightsIsTold() throws InterruptedException {
        shell.given("create /u", "create /u/a", "setAcl /u/a world:anyone:cdrwa");

        assertThat(shell.run("setAcl -R -v 1 /u world:anyone:cdrwa")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.err())
                .isEqualTo("KeeperErrorCode = BadVersion for /u\n1 node keeps its access control list\n");
    }

    @Test
    void aFileThatIsNotThereIsToldInWords() throws InterruptedException {
        assertThat(shell.run("reconfig -file /nonexistent")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("create /x --file /nonexistent")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("import /nonexistent")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.err()).isEqualTo("""
                        Error processing /nonexistent: no such file
                        cannot read /nonexistent: no such file
                        cannot read /nonexistent: no such file
                        """);
    }

    @Test
    void whoGaveTooLittleSeesTheUsageAlone() throws InterruptedException {
        assertThat(shell.run("set /x")).isEqualTo(ExitCode.USAGE);

        assertThat(shell.err()).startsWith("set path data [-s] [-v version] [-b]\n");
    }

    @Test
    void whatIsClosedCannotBeClosed() throws InterruptedException {
        assertThat(shell.run("close")).isEqualTo(ExitCode.OK);
        assertThat(shell.run("close")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(shell.err()).isEqualTo("Not connected\n");
    }
}
