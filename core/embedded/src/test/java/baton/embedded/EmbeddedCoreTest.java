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
import baton.server.config.AdminSettings;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    @Test
    void goesOnWithWhatAnOperatorPutsInPlaceOfEverything(@TempDir Path directory) throws Exception {
        ServerSettings settings = ServerSettings.inDirectory(directory)
                .withFeatures(FeatureSettings.DEFAULT.withAuth(
                        AuthSettings.DEFAULT.withSuperDigest("super:D/InIHSb7yEEbrWz8b9l71RjZJU=")))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL).withRestores(new AdminSettings.Restores(true, 0)));
        try (EmbeddedCore core = EmbeddedCore.start(settings)) {
            int port = core.adminPort();
            byte[] empty = operate(port, "snapshot", BodyPublishers.noBody(), "GET");
            CompletableFuture<EndReason> end = new CompletableFuture<>();
            CoreSession before =
                    get(core.openSession(SessionOptions.withTimeout(Duration.ofSeconds(30)), new Ending(end)));
            get(before.create(CreateSpec.plain(PATH, Payload.EMPTY, Lifetime.PERSISTENT)));

            operate(port, "restore", BodyPublishers.ofByteArray(empty), "POST");

            assertThat(get(end)).isEqualTo(EndReason.EXPIRED);
            assertThat(get(open(core).read(PATH))).isEmpty();
        }
    }

    private static byte[] operate(int port, String command, BodyPublisher body, String method) throws Exception {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/commands/" + command))
                                .header("Authorization", "digest super:test")
                                .method(method, body)
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static void create(CoreSession session) throws Exception {
        get(session.create(CreateSpec.plain(PATH, Payload.EMPTY, Lifetime.PERSISTENT)));
        get(session.end());
    }

    private static CoreSession open(EmbeddedCore core) throws Exception {
        return get(core.openSession(
                SessionOptions.withTimeout(Duration.ofSeconds(5)), new Ending(new CompletableFuture<>())));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
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
