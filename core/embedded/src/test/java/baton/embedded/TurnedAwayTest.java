package baton.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.ZnodeCore;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.testkit.LoopbackPort;
import baton.server.BatonServer;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session that lives on at the store, and whose client may not come in any more. */
@Timeout(60)
class TurnedAwayTest {
    private static final Duration SESSION = Duration.ofSeconds(20);

    @Test
    void endsForThatReasonAndNotAsExpired(@TempDir Path directory) throws Exception {
        CompletableFuture<EndReason> end = new CompletableFuture<>();
        try (LoopbackPort port = LoopbackPort.claim();
                ZnodeCore core = ZnodeCore.connect("127.0.0.1:" + port.number())) {
            ServerSettings settings =
                    ServerSettings.inDirectory(directory).withListen(new ListenAddress("127.0.0.1", port.number()));
            CoreSession session;
            try (BatonServer open = BatonServer.start(settings)) {
                session = core.openSession(SessionOptions.withTimeout(SESSION), new Ending(end))
                        .toCompletableFuture()
                        .get(SESSION.toSeconds(), TimeUnit.SECONDS);
            }

            AuthSettings strict = AuthSettings.DEFAULT.withRequiredSchemes(Set.of("sasl"));
            try (BatonServer closed =
                    BatonServer.start(settings.withFeatures(FeatureSettings.DEFAULT.withAuth(strict)))) {
                assertThat(session.settle()).failsWithin(SESSION);
                assertThat(end.get(SESSION.toSeconds(), TimeUnit.SECONDS)).isEqualTo(EndReason.TURNED_AWAY);
            }
        }
    }

    private record Ending(CompletableFuture<EndReason> reason) implements SessionObserver {
        @Override
        public void disconnected() {}

        @Override
        public void reconnected() {}

        @Override
        public void extended(long deadlineNanos) {}

        @Override
        public void ended(EndReason why) {
            reason.complete(why);
        }
    }
}
