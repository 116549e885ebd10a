package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who types a password among the arguments of a command is told who can read it there. */
class PasswordWarningTest {
    private BatonServer server;

    @BeforeEach
    void start() throws StartFailedException {
        server = BatonServer.start(ServerSettings.inMemory());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aPasswordIsWarnedOfAnAddressIsNot() throws Exception {
        assertThat(said("addauth", "digest", "bob:secret")).startsWith("baton: whoever is on this machine can read");
        assertThat(said("addauth", "ip", "127.0.0.1")).isEmpty();
    }

    private String said(String... command) throws IOException, InterruptedException {
        String[] words = new String[command.length + 2];
        words[0] = "-server";
        words[1] = "127.0.0.1:" + server.port();
        System.arraycopy(command, 0, words, 2, command.length);
        return ShellProcess.errors(List.of(), Map.of(), words);
    }
}
