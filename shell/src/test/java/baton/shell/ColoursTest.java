package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When the shell, a process of its own, prints in colours. */
class ColoursTest {
    private static final String RED = "\u001b[31mNode does not exist: /none\u001b[0m\n";
    private static final String PLAIN = "Node does not exist: /none\n";

    /** As the launcher tells. */
    private static final List<String> AT_A_TERMINAL = List.of("-Dbaton.terminal.out=true", "-Dbaton.terminal.err=true");

    private static BatonServer server;

    @BeforeAll
    static void start() throws StartFailedException {
        server = BatonServer.start(ServerSettings.inMemory());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void refusalsAreRedAtATerminal() throws Exception {
        assertThat(refusal(AT_A_TERMINAL, Map.of())).isEqualTo(RED);
        assertThat(refusal(AT_A_TERMINAL, Map.of("NO_COLOR", "")))
                .as("an empty NO_COLOR is none")
                .isEqualTo(RED);
    }

    @Test
    void nothingIsColouredForWhoDoesNotWantIt() throws Exception {
        assertThat(refusal(AT_A_TERMINAL, Map.of("NO_COLOR", "1"))).isEqualTo(PLAIN);
        assertThat(refusal(AT_A_TERMINAL, Map.of(), "--color", "never")).isEqualTo(PLAIN);
        assertThat(refusal(AT_A_TERMINAL, Map.of(), "--output", "json")).startsWith("{\"error\":");
    }

    @Test
    void aPipeIsColouredForWhoAsksForIt() throws Exception {
        assertThat(refusal(List.of("-Dbaton.terminal.out=true"), Map.of())).isEqualTo(PLAIN);
        assertThat(refusal(List.of(), Map.of("NO_COLOR", "1"), "--color", "always"))
                .isEqualTo(RED);
    }

    private static String refusal(List<String> properties, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("-server", "127.0.0.1:" + server.port()));
        words.addAll(List.of(options));
        words.addAll(List.of("get", "/none"));
        return ShellProcess.errors(properties, environment, words.toArray(String[]::new));
    }
}
