package baton.shell.health;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.LoopbackPort;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {
    private static BatonServer server;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory().withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private int run(String... arguments) {
        return Probe.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--ready", "--live", "--started"})
    void aServerThatIsWellSaysYes(String question) {
        assertThat(run(question, "-server", "127.0.0.1:" + server.adminPort())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"status\" : \"ok\"");
    }

    @Test
    void noAnswerIsNoAndSaysWhoDoesNotAnswer() throws IOException {
        try (LoopbackPort port = LoopbackPort.claim()) {
            try (ServerSocket mute = new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress())) {
                assertThat(mute.isBound()).isTrue();
                assertThat(run("-server", port.toString(), "--timeout", "50")).isEqualTo(1);
            }
            assertThat(run("-server", port.toString())).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("baton health: the admin server on " + port + " does not answer: ");
        }
    }

    @Test
    void theClientPortIsToldFromTheAdminPort() {
        assertThat(run("-server", "127.0.0.1:" + server.port())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonsense", "-server", "-server h:0", "-server h:x", "--timeout 0"})
    void aWrongQuestionIsAMatterOfUsage(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: health");
    }
}
