package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Apache's clients that come as a crowd, more than may open a session at once and than may wait for one. */
@Timeout(120)
class TurnedAwayTest {
    private static final int CLIENTS = 20;
    private static final HoldingSettings FIVE_AND_FIVE_A_SECOND =
            new HoldingSettings(1_000, 1_000, 1_000, 1_000, 5, 200, 1);

    @Test
    void whoIsTurnedAwayComesBackByItselfAndLosesNothing() throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withLimits(LimitSettings.DEFAULT.withHoldings(FIVE_AND_FIVE_A_SECOND))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL));
        Queue<KeeperState> seen = new ConcurrentLinkedQueue<>();
        List<ZooKeeper> clients = new ArrayList<>();
        try (BatonServer server = BatonServer.start(settings)) {
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(
                            new ZooKeeper("127.0.0.1:" + server.port(), 30_000, event -> seen.add(event.getState())));
                }

                await().atMost(Duration.ofSeconds(90))
                        .until(() -> clients.stream()
                                .allMatch(each -> each.getState().isConnected()));
                Set<Long> sessions = new HashSet<>();
                for (ZooKeeper each : clients) {
                    sessions.add(each.getSessionId());
                    each.create(
                            "/of-" + each.getSessionId(),
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.EPHEMERAL);
                }

                assertThat(sessions).hasSize(CLIENTS);
                assertThat(seen).contains(KeeperState.SyncConnected).doesNotContain(KeeperState.Expired);
                assertThat(MetricsPage.at(server.adminPort())
                                .samples()
                                .get("baton_limit_refusals_total{limit=\"openings\"}"))
                        .isPositive();
            } finally {
                for (ZooKeeper each : clients) {
                    each.close();
                }
            }
        }
    }
}
