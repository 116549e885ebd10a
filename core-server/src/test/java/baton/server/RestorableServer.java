package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.AdminSettings.Snapshots;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** A server whose operator may have its state saved, and replaced by what was saved. */
final class RestorableServer {
    private RestorableServer() {}

    static ServerSettings settings(Path directory) {
        return ServerSettings.inDirectory(directory)
                .withFeatures(FeatureSettings.DEFAULT.withAuth(
                        AuthSettings.DEFAULT.withSuperDigest("super:D/InIHSb7yEEbrWz8b9l71RjZJU=")))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)
                        .withSnapshots(new Snapshots(true, 0))
                        .withRestores(new Restores(true, 0)));
    }

    static byte[] save(BatonServer server) throws IOException, InterruptedException {
        HttpResponse<byte[]> saved = askForSnapshot(server.adminPort());
        assertThat(saved.statusCode()).isEqualTo(200);
        return saved.body();
    }

    static HttpResponse<byte[]> restore(BatonServer server, byte[] saved) throws IOException, InterruptedException {
        return ask(request(server.adminPort(), "/commands/restore").POST(BodyPublishers.ofByteArray(saved)));
    }

    static HttpResponse<byte[]> askForSnapshot(int adminPort) throws IOException, InterruptedException {
        return ask(request(adminPort, "/commands/snapshot"));
    }

    /** Asks as a probe does. */
    static HttpResponse<byte[]> probe(BatonServer server, String path) throws IOException, InterruptedException {
        return ask(request(server.adminPort(), path));
    }

    private static HttpRequest.Builder request(int adminPort, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .header("Authorization", "digest super:test");
    }

    private static HttpResponse<byte[]> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }
}
