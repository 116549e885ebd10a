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
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void endsForThatReasonAndNotAsExpired() throws Exception {
        shutOut((session, end) -> {
            assertThat(session.settle()).failsWithin(WAIT_MAX);
            assertThat(end).succeedsWithin(WAIT_MAX).isEqualTo(EndReason.TURNED_AWAY);
        });
    }

    @Test
    void endsForThatReasonThoughItAsksForNothing() throws Exception {
        shutOut((session, end) -> assertThat(end).succeedsWithin(WAIT_MAX).isEqualTo(EndReason.TURNED_AWAY));
    }

    /** What is to be said of a session that its server does not let in any more, and of its end. */
    @FunctionalInterface
    private interface Claim {
        void check(CoreSession session, CompletableFuture<EndReason> end);
    }

    private void shutOut(Claim claim) throws Exception {
        CompletableFuture<EndReason> end = new CompletableFuture<>();
        try (LoopbackPort port = LoopbackPort.claim();
                ZnodeCore core = ZnodeCore.connect("127.0.0.1:" + port.number())) {
            ServerSettings settings =
                    ServerSettings.inDirectory(directory).withListen(new ListenAddress("127.0.0.1", port.number()));
            CoreSession session;
            try (BatonServer open = BatonServer.start(settings)) {
                session = core.openSession(SessionOptions.withTimeout(SESSION), new Ending(end))
                        .toCompletableFuture()
                        .get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
            }

            AuthSettings strict = AuthSettings.DEFAULT.withRequiredSchemes(Set.of("sasl"));
            try (BatonServer closed =
                    BatonServer.start(settings.withFeatures(FeatureSettings.DEFAULT.withAuth(strict)))) {
                claim.check(session, end);
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
