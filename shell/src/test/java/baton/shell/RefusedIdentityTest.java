package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who adds an identity that the server refuses reads so from the shell, and nothing from the client's log. */
class RefusedIdentityTest {
    @Test
    void theRefusalIsOneLine() throws StartFailedException, IOException, InterruptedException {
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            String address = "127.0.0.1:" + server.port();

            String said = ShellProcess.errors(List.of(), Map.of(), "-server", address, "addauth", "bogus", "x");

            assertThat(said.lines().filter(line -> !line.startsWith("baton: whoever is on this machine")))
                    .containsExactly(address + " refused an identity of the scheme bogus, and has ended the session:"
                            + " 'connect' begins another one");
        }
    }
}
