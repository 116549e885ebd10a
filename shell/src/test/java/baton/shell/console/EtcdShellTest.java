package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.EtcdServer;
import baton.etcd.EtcdCore;
import baton.recipes.CoordinationClient;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the shell can do where there are no znodes. */
class EtcdShellTest {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void recipesAreShownAndZnodesAreNot() throws Exception {
        try (EtcdServer server = EtcdServer.start()) {
            String address = "etcd://127.0.0.1:" + server.address().getPort() + "/shop";
            try (EtcdCore core = EtcdCore.connect(address);
                    CoordinationClient client = CoordinationClient.builder(core)
                            .clientId("first")
                            .build()
                            .start();
                    ZnodeShell shell = shell(address)) {
                LockGrant grant = new InterProcessMutex(client, "/orders/42")
                        .acquireAsync()
                        .get(20, TimeUnit.SECONDS);

                assertThat(shell.runLine("locks")).isEqualTo(ExitCode.OK);
                assertThat(shell.runLine("get /orders/42")).isEqualTo(ExitCode.PROBLEM);

                assertThat(results.toString(StandardCharsets.UTF_8))
                        .matches("/orders/42\\R  holds      first on \\S+ pid \\d+ \\(.*\\)  since 20\\S+Z  token "
                                + grant.token().value() + "  session \\S+\\R");
                assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("there are no znodes in etcd");
            }
        }
    }

    @Test
    void anAddressThatIsNoneIsAMatterOfUsage() throws InterruptedException {
        try (ZnodeShell shell = shell("etcd://127.0.0.1:2379")) {
            assertThat(shell.runLine("connect etcd://127.0.0.1:port")).isEqualTo(ExitCode.USAGE);
        }
    }

    private ZnodeShell shell(String address) {
        ZnodeShell shell = ZnodeShell.over(
                ShellSettings.of(address),
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        shell.reconnect();
        return shell;
    }
}
