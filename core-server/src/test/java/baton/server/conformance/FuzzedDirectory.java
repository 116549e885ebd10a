package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.ConnectionSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.StorageSettings;
import baton.server.storage.ApacheDirectory;
import baton.server.storage.ShownTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The data directory of a server that gets frames that are nearly right. */
record FuzzedDirectory(Path path) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** As usual, but for the sessions: each connection wants one. */
    private static final HoldingSettings HOLDINGS =
            new HoldingSettings(1_000_000, 50_000, 100_000, 20_000_000, 0, 1, 1);

    ServerSettings settings() {
        StorageSettings.Files files = StorageSettings.Files.in(path);
        return ServerSettings.of(
                        ListenAddress.EPHEMERAL,
                        // The files are the same without waiting for the disk, as long as there is power.
                        files.withLog(files.log().withForceSync(false)))
                // What attackers leave behind ends soon.
                .withSessions(new SessionSettings(500, 1_000, 5_000))
                .withLimits(LimitSettings.DEFAULT
                        .withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0))
                        .withHoldings(HOLDINGS))
                .withFeatures(FeatureSettings.DEFAULT
                        .withContainerCheckMillis(Integer.MAX_VALUE)
                        .withQuotaEnforced()
                        .withAuth(ApacheTwin.AUTH));
    }

    /** Waits until nobody is there any more whose nodes would go, and returns the tree as clients are shown it. */
    List<String> leftIn(BatonServer server) throws IOException {
        await().atMost(PATIENCE).until(() -> hasNoSessions(server));
        return ShownTree.served(server.port(), ApacheTwin.SUPER);
    }

    private static boolean hasNoSessions(BatonServer server) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send("mntr");
            return client.receiveAll().contains("zk_global_sessions\t0\n");
        }
    }

    /** What the frames came to must be what is in the files: to us, to Apache ZooKeeper, and to the next server. */
    void requireFound(List<String> left) throws Exception {
        List<String> recovered = ShownTree.recovered(settings());
        assertSame(left, ShownTree.asServed(recovered));
        ApacheDirectory.Loaded theirs = new ApacheDirectory(path).load(path.resolveSibling("copy"));
        assertSame(recovered, theirs.dump());
        assertThat(theirs.mismatchCount()).isZero();
        try (BatonServer again = BatonServer.start(settings())) {
            assertSame(left, ShownTree.served(again.port(), ApacheTwin.SUPER));
        }
    }

    /** Shows what differs, and not a thousand lines of what does not. */
    private static void assertSame(List<String> expected, List<String> found) {
        List<String> one = withoutAccounts(expected);
        List<String> other = withoutAccounts(found);
        assertThat(without(other, one)).isEqualTo(without(one, other));
    }

    /** What is used of a quota is counted anew at each start, and Apache ZooKeeper keeps there what others have written. */
    private static List<String> withoutAccounts(List<String> lines) {
        return lines.stream()
                .map(each -> each.replaceFirst("/zookeeper_stats' \\S*", "/zookeeper_stats' -"))
                .toList();
    }

    private static List<String> without(List<String> lines, List<String> others) {
        Set<String> rest = new LinkedHashSet<>(lines);
        others.forEach(rest::remove);
        return List.copyOf(rest);
    }
}
