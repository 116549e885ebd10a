package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.runtime.LoadProgress;
import baton.server.runtime.StandingClock;
import baton.server.transport.HttpSite.Content;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reply;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadingSiteTest {
    private final StandingClock clock = new StandingClock();

    private final LoadProgress progress = LoadProgress.ofStart(Optional.empty(), clock);
    private final LoadingSite site = new LoadingSite(progress);

    private Reply get(String path) {
        Query query = new Query("GET", path, Map.of(), Map.of(), new InetSocketAddress(0));
        return site.answer(query).toCompletableFuture().join();
    }

    @Test
    void theServerLivesAsLongAsItGetsOn() {
        assertThat(get("/livez").status()).isEqualTo(200);

        clock.goOn(TimeUnit.SECONDS.toNanos(300) + 1);

        assertThat(get("/livez").status()).isEqualTo(503);

        progress.run();

        assertThat(get("/livez").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/startupz", "/readyz", "/healthz", "/metrics", "/commands/ruok", "/api/v1/config"})
    void everythingElseSaysHowFarItIs(String path) {
        progress.toRead(2000);
        progress.hasRead(859);

        Reply reply = get(path);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.headers()).containsEntry("Retry-After", "1");
        assertThat(reply.content())
                .isEqualTo(new Content.Text("{ \"status\" : \"failed\", \"reason\" : \"loads its data\","
                        + " \"bytes_read\" : 859, \"bytes\" : 2000, \"percent\" : 42 }\n"));
    }
}
