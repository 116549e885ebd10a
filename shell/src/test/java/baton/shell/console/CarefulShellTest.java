package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under a careful profile nothing that is there is changed before somebody said yes. */
class CarefulShellTest {
    private ShellOnServer usual;
    private RecordedShell careful;

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        usual = ShellOnServer.start();
        usual.given("create /app x", "create /app/old y", "setquota -n 9 /app");
        careful = RecordedShell.at(ShellSettings.of(usual.address()).withCare(ShellSettings.Care.EXPLICIT));
        careful.shell().editWith(file -> {
            Files.writeString(file, "edited");
            return 0;
        });
    }

    @AfterEach
    void stop() {
        careful.close();
        usual.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set # /app z",
                "edit # /app",
                "setAcl # /app world:anyone:cdrwa",
                "multi # { set /app z }",
                "multi # { create /new ; delete /app/old }",
                "setquota # -n 8 /app",
                "delquota # /app",
                "delquota # -n /app",
                "delete # /app/old",
                "deleteall # /app/old",
                "mv # /app/old /other"
            })
    void whatIsThereIsChangedAfterAYesOnly(String line) throws InterruptedException {
        assertThat(careful.run(line.replace("# ", ""))).isEqualTo(ExitCode.PROBLEM);
        assertThat(careful.err()).startsWith("to ").contains("add --yes; nothing was changed");
        assertThat(usual.outOf("get -s /app")).contains("x\n", "dataVersion = 0", "aclVersion = 0", "numChildren = 1");
        assertThat(usual.outOf("get /zookeeper/quota/app/zookeeper_limits")).contains("count=9");

        careful.given(line.replace("#", "--yes"));
    }

    @Test
    void membersAreChangedAfterAYesOnly() throws InterruptedException {
        assertThat(careful.run("reconfig -remove 3")).isEqualTo(ExitCode.PROBLEM);
        assertThat(careful.err()).contains("to change who belongs to the ensemble, add --yes");
        careful.given();

        careful.run("reconfig --yes -remove 3");

        assertThat(careful.err()).doesNotContain("--yes");
    }

    @Test
    void whatIsNewNeedsNoYes() throws InterruptedException {
        assertThat(careful.run("create /new x")).isEqualTo(ExitCode.OK);
        assertThat(careful.run("multi { create /more x ; check /app }")).isEqualTo(ExitCode.OK);
    }
}
