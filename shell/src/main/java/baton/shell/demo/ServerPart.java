package baton.shell.demo;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The process of the demo's own server: everything on disk, as in earnest, but quick to miss a client. */
final class ServerPart {
    private static final int TICK_MILLIS = 200;
    private static final int TIMEOUT_MILLIS_MAX = 40_000;

    private ServerPart() {}

    static void play(Stage stage, List<String> arguments) throws IOException {
        int timeoutMillis = (int) FileQueue.SESSION_TIMEOUT.toMillis();
        ServerSettings settings = ServerSettings.inDirectory(Path.of(arguments.get(0)))
                .withSessions(new SessionSettings(TICK_MILLIS, timeoutMillis, TIMEOUT_MILLIS_MAX));
        try (BatonServer server = BatonServer.start(settings)) {
            stage.tell(new Report.Listening(
                    ListenAddress.EPHEMERAL.withPort(server.port()).toString()));
            stage.awaitEnd();
        } catch (StartFailedException notStarted) {
            stage.tell(new Report.Failed(String.valueOf(notStarted.getMessage())));
        }
    }
}
