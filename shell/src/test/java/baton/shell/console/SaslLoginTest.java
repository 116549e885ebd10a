package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AuthSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.shell.exit.ExitCode;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logging in by name and password. */
class SaslLoginTest {
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
        try (RecordedShell bob = shell("bob:secret");
                RecordedShell nobody = shell("")) {
            assertThat(bob.run("create /own x sasl:bob:cdrwa")).isEqualTo(ExitCode.OK);
            assertThat(bob.outOf("whoami")).contains("sasl: bob");
            assertThat(nobody.run("get /own")).isEqualTo(ExitCode.DENIED);
            assertThat(nobody.run("addauth sasl bob:secret")).isEqualTo(ExitCode.OK);
            assertThat(nobody.outOf("get /own")).isEqualTo("x\n");
            assertThat(nobody.run("locks /own")).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aWrongPasswordEndsTheSession() throws InterruptedException {
        try (RecordedShell wrong = shell("bob:guess")) {
            assertThat(wrong.run("ls /")).isEqualTo(ExitCode.DENIED);
            assertThat(wrong.run("addauth sasl nonsense")).isEqualTo(ExitCode.USAGE);
            assertThat(wrong.err()).contains("refused the login", "user:password");
        }
    }

    private RecordedShell shell(String login) {
        ShellSettings settings = ShellSettings.of("127.0.0.1:" + server.port());
        return RecordedShell.at(login.isEmpty() ? settings : settings.withIdentity("sasl", Bytes.utf8(login)));
    }
}
