package baton.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.ZnodeCore;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.EndReason;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCoreTest {
    private static final NodePath PATH = NodePath.of("/a");

    @Test
    void remembersNothingFromOneLifeInMemoryToTheNext() throws Exception {
        try (EmbeddedCore core = EmbeddedCore.inMemory()) {
            create(open(core));
        }
        try (EmbeddedCore core = EmbeddedCore.inMemory()) {
            assertThat(get(open(core).read(PATH))).isEmpty();
        }
    }

    @Test
    void remembersInADirectory(@TempDir Path directory) throws Exception {
        try (EmbeddedCore core = EmbeddedCore.inDirectory(directory)) {
            create(open(core));
        }
        try (EmbeddedCore core = EmbeddedCore.inDirectory(directory)) {
            Optional<Node> found = get(open(core).read(PATH));

            assertThat(found).isPresent();
        }
    }

    @Test
    void tokensOfDifferentLivesInMemoryAreNotComparable() throws Exception {
        try (EmbeddedCore one = EmbeddedCore.inMemory();
                EmbeddedCore other = EmbeddedCore.inMemory()) {
            assertThat(one.info().kind()).isEqualTo("embedded");
            assertThat(one.info().scopeId()).isNotEqualTo(other.info().scopeId());
        }
    }

    @Test
    void tokensOfADirectoryCompareWithThoseOfNetworkClientsAndOfItsNextLife(@TempDir Path directory) throws Exception {
        String scope;
        try (EmbeddedCore core = EmbeddedCore.inDirectory(directory);
                ZnodeCore network = ZnodeCore.connect(core.connectString())) {
            scope = core.info().scopeId();
            assertThat(network.info().scopeId()).isEqualTo(scope);
        }
        try (EmbeddedCore core = EmbeddedCore.inDirectory(directory)) {
            assertThat(core.info().scopeId()).isEqualTo(scope);
        }
    }

    private static void create(CoreSession session) throws Exception {
        get(session.create(CreateSpec.plain(PATH, Payload.EMPTY, Lifetime.PERSISTENT)));
        get(session.end());
    }

    private static CoreSession open(EmbeddedCore core) throws Exception {
        return get(core.openSession(SessionOptions.withTimeout(Duration.ofSeconds(5)), Quiet.OBSERVER));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private enum Quiet implements SessionObserver {
        OBSERVER;

        @Override
        public void disconnected() {}

        @Override
        public void reconnected() {}

        @Override
        public void extended(long deadlineNanos) {}

        @Override
        public void ended(EndReason reason) {}
    }
}
