package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestTimesTest {
    @Test
    void readsThatArriveTogetherCountEachForItsKind() throws Exception {
        try (BatonServer server = BatonServer.start(
                        ServerSettings.inMemory().withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
                RawClient client = RawClient.withSession(server.port(), 10_000)) {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int i = 0; i < 4; i++) {
                together.write(RawClient.request(3 * i, new Request.GetChildren("/", false)));
                together.write(RawClient.request(3 * i + 1, new Request.GetAcl("/")));
                together.write(RawClient.request(3 * i + 2, new Request.GetAcl("/")));
            }
            client.send(together.toByteArray());
            for (int i = 0; i < 12; i++) {
                client.receiveHeader();
            }

            assertThat(timed(server, "get_children")).isEqualTo(4);
            assertThat(timed(server, "get_acl")).isEqualTo(8);
        }
    }

    private static double timed(BatonServer server, String operation) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
                .build();
        String page = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return Pattern.compile("baton_request_duration_seconds_count\\{op=\"" + operation + "\"[^}]*} (\\S+)")
                .matcher(page)
                .results()
                .map((MatchResult sample) -> Double.parseDouble(sample.group(1)))
                .reduce(0.0, Double::sum);
    }
}
