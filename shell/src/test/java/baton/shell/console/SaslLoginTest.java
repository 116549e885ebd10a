package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AuthSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logging in by name and password. */
class SaslLoginTest {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private BatonServer server;

    @BeforeEach
    void start() throws StartFailedException {
        ServerSettings settings = ServerSettings.inMemory();
        AuthSettings users = AuthSettings.DEFAULT.withSasl(SaslSettings.of(Map.of("bob", "secret")));
        server = BatonServer.start(settings.withFeatures(settings.features().withAuth(users)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whoHasLoggedInMayWhatTheListSays() throws InterruptedException {
        try (ZnodeShell bob = shell("bob:secret");
                ZnodeShell nobody = shell("")) {
            assertThat(bob.runLine("create /own x sasl:bob:cdrwa")).isEqualTo(ExitCode.OK);
            assertThat(bob.runLine("whoami")).isEqualTo(ExitCode.OK);
            assertThat(nobody.runLine("get /own")).isEqualTo(ExitCode.DENIED);
            assertThat(nobody.runLine("addauth sasl bob:secret")).isEqualTo(ExitCode.OK);
            assertThat(nobody.runLine("get /own")).isEqualTo(ExitCode.OK);
            assertThat(nobody.runLine("locks /own")).isEqualTo(ExitCode.OK);
        }
        assertThat(results.toString(StandardCharsets.UTF_8))
                .contains("sasl: bob")
                .endsWith("x" + System.lineSeparator());
    }

    @Test
    void aWrongPasswordEndsTheSession() throws InterruptedException {
        try (ZnodeShell wrong = shell("bob:guess")) {
            assertThat(wrong.runLine("ls /")).isEqualTo(ExitCode.DENIED);
            assertThat(wrong.runLine("addauth sasl nonsense")).isEqualTo(ExitCode.USAGE);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("refused the login", "user:password");
    }

    private ZnodeShell shell(String login) {
        ShellSettings settings = ShellSettings.of("127.0.0.1:" + server.port());
        ZnodeShell shell = ZnodeShell.over(
                login.isEmpty() ? settings : settings.withIdentity("sasl", Bytes.utf8(login)),
                new PrintStream(results, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        shell.reconnect();
        return shell;
    }
}
