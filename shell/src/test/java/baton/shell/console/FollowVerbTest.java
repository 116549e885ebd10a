package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.config.AuthSettings;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FollowVerbTest {
    private final ByteArrayOutputStream other = new ByteArrayOutputStream();

    @Test
    void changesBelowANodeArePrintedAsTheyHappen() throws Exception {
        try (ShellOnServer watching = ShellOnServer.start();
                ZnodeShell changing = other(watching.address())) {
            watching.given("create /app x", "create /app/old x");
            CompletableFuture<ExitCode> ended = following(watching, "watch -d -n 4 /app");

            change(changing, "create /app/new hello", watching, "created  /app/new  hello\n");
            change(changing, "set /app/new 'hello again'", watching, "changed  /app/new  hello again\n");
            change(changing, "delete /app/old", watching, "deleted  /app/old\n");
            change(changing, "set /app y", watching, "changed  /app  y\n");

            assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
            assertThat(watching.out().lines()).hasSize(4);
        }
    }

    @Test
    void scriptsGetAnObjectForEachChange() throws Exception {
        try (ShellOnServer watching = ShellOnServer.printingJson();
                ZnodeShell changing = other(watching.address())) {
            CompletableFuture<ExitCode> ended = following(watching, "watch -R -n 1 /");

            changing.runLine("create /x");

            assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
            assertThat(watching.out())
                    .matches("\\{\"time\":\".*\",\"event\":\"created\",\"path\":\"/x\",\"revision\":\"0x.*\"}\n");
        }
    }

    @Test
    void whoIsTurnedAwayIsToldSo() throws Exception {
        ServerSettings settings = ServerSettings.inMemory();
        AuthSettings strict = AuthSettings.DEFAULT.withRequiredSchemes(Set.of("sasl"));
        try (BatonServer server = BatonServer.start(
                        settings.withFeatures(settings.features().withAuth(strict)));
                RecordedShell nobody = RecordedShell.at(ShellSettings.of("127.0.0.1:" + server.port()))) {
            assertThat(nobody.run("watch /")).isEqualTo(ExitCode.DENIED);
            assertThat(nobody.err()).contains("demands an identity");
        }
    }

    private static CompletableFuture<ExitCode> following(ShellOnServer shell, String line) {
        CompletableFuture<ExitCode> ended = CompletableFuture.supplyAsync(() -> {
            try {
                return shell.run(line);
            } catch (InterruptedException stopped) {
                return ExitCode.INTERRUPTED;
            }
        });
        await().until(() -> shell.err().contains("following") || ended.isDone());
        return ended;
    }

    private static void change(ZnodeShell changing, String line, ShellOnServer watching, String expected)
            throws InterruptedException {
        changing.runLine(line);
        await().untilAsserted(() -> assertThat(watching.out()).endsWith(expected));
    }

    private ZnodeShell other(String address) {
        PrintStream both = new PrintStream(other, true, StandardCharsets.UTF_8);
        ZnodeShell shell = ZnodeShell.over(ShellSettings.of(address), both, both);
        shell.reconnect();
        return shell;
    }
}
