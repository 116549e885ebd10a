package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.ServerSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a signal does that comes while the data is read; {@link StartTest} sends real ones. */
@Timeout(60)
class SignalsTest {
    private static final String LATER = "SIGHUP: the server loads its data; certificates are read again once it serves";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Signals signals =
            new Signals(List.of("--listen", "127.0.0.1:0"), new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void aHangUpIsHeededOnceTheServerServes() throws Exception {
        signals.reload();
        assertThat(said()).containsExactly(LATER);

        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            assertThat(signals.begun(server)).isTrue();

            assertThat(said()).hasSize(2);
            assertThat(said().get(1)).startsWith("SIGHUP: certificates are read again; ");
        }
    }

    @Test
    void soIsEachOfSeveral() throws Exception {
        signals.reload();
        signals.reload();

        try (BatonServer server = BatonServer.start(ServerSettings.inMemory())) {
            signals.begun(server);
            signals.reload();
        }

        assertThat(said().stream().filter(LATER::equals)).hasSize(2);
        assertThat(said().stream().filter(line -> line.contains("are read again; ")))
                .hasSize(3);
    }

    private List<String> said() {
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
