package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.recipes.json.Json;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import baton.shell.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who is busy, on a server that tells. */
class TopVerbTest {
    @Test
    void busyConnectionsAndPathsAreShown() throws InterruptedException, StartFailedException {
        ByteArrayOutputStream results = new ByteArrayOutputStream();
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        AtomicBoolean over = new AtomicBoolean();
        ServerSettings talkative = ServerSettings.inMemory().withWords(WordAccess.everywhere(Set.of("cons")));
        try (BatonServer server = BatonServer.start(talkative);
                ZnodeShell busy = shell(server, new ByteArrayOutputStream(), notes);
                ZnodeShell looking = shell(server, results, notes)) {
            busy.runLine("create /busy");
            Thread working = new Thread(() -> {
                try {
                    while (!over.get()) {
                        busy.runLine("set /busy x");
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            working.start();

            ExitCode code = looking.runLine("top -n 1 -d 1");

            over.set(true);
            working.join();
            assertThat(code).isEqualTo(ExitCode.OK);
        }
        assertThat(notes.toString(StandardCharsets.UTF_8)).isEmpty();
        Map<String, ?> round = Json.readObject(results.toString(StandardCharsets.UTF_8));
        assertThat((Double) round.get("requestsPerSecond")).isPositive();
        assertThat(((Map<?, ?>) ((List<?>) round.get("busiestPaths")).get(0)).get("who"))
                .isEqualTo("/busy");
        assertThat((String) ((Map<?, ?>) ((List<?>) round.get("busiestConnections")).get(0)).get("who"))
                .matches("127\\.0\\.0\\.1:\\d+ session 0x[0-9a-f]+");
    }

    private static ZnodeShell shell(BatonServer server, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        ZnodeShell shell = ZnodeShell.over(
                ShellSettings.of("127.0.0.1:" + server.port()).withForm(ShellSettings.Form.JSON),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        shell.reconnect();
        return shell;
    }
}
