package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.StandingClock;
import baton.server.session.SessionTable;
import baton.server.transport.HttpSite.Content;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reply;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchTable;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Of a server that does not serve yet. */
class ProbesTest {
    private final StandingClock clock = new StandingClock();

    private final Probes probes = new Probes(new ServerStatus(
            ServerSettings.inMemory(),
            new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(2_000)),
            new WatchTable<>(SeededHash.of(1)),
            new ServerMetrics(),
            clock));

    private String health(Map<String, String> parameters) {
        Reply reply = probes.health(new Query("GET", "/healthz", parameters, Map.of(), new InetSocketAddress(0)));
        assertThat(reply.status()).isEqualTo(503);
        return ((Content.Text) reply.content()).text();
    }

    @Test
    void whoAsksForWordsLearnsSinceWhenItIsSo() {
        clock.goOn(TimeUnit.SECONDS.toNanos(1));
        String first = health(Map.of("verbose", ""));
        clock.goOn(TimeUnit.SECONDS.toNanos(4));

        assertThat(first)
                .contains("\"loaded\" : { \"status\" : \"failed\", \"reason\" : \"loading\","
                        + " \"check\" : \"the data is read and clients are served\","
                        + " \"since\" : \"1970-01-01T00:00:01Z\", \"age_ms\" : 0 }");
        assertThat(health(Map.of("verbose", ""))).isEqualTo(first);
    }

    @Test
    void whoDoesNotGetsOneWordForEachCheck() {
        assertThat(health(Map.of()))
                .isEqualTo(
                        "{ \"status\" : \"failed\", \"state\" : \"standalone\", \"checks\" : { \"loaded\" : \"loading\","
                                + " \"storage\" : \"ok\", \"threads\" : \"ok\", \"space\" : \"ok\" } }\n");
    }
}
