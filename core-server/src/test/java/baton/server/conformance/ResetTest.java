package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.FourLetterWord;
import baton.core.testkit.ServerProcess;
import baton.server.BatonServer;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The word {@code srst}: what Apache ZooKeeper begins to count anew begins anew here, and nothing that it keeps. */
class ResetTest {
    @TempDir
    Path directory;

    private record Counted(Map<String, Double> before, String said, Map<String, Double> after) {
        Set<String> begunAnew() {
            Set<String> names = new TreeSet<>();
            before.forEach((name, value) -> {
                if (value > 0 && after.getOrDefault(name, -1.0) == 0) {
                    names.add(name);
                }
            });
            return names;
        }
    }

    private static Counted count(InetSocketAddress server, String connectString) throws Exception {
        try (ApacheClient client = new ApacheClient(connectString, 30_000)) {
            client.zk.create("/a", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.getData("/a", true, null);
            client.zk.setData("/a", new byte[5], -1);
            Map<String, Double> before = numbers(server);
            String said = FourLetterWord.ask(server, "srst").orElse("");
            return new Counted(before, said, numbers(server));
        }
    }

    private static Map<String, Double> numbers(InetSocketAddress server) {
        Map<String, Double> numbers = new TreeMap<>();
        for (String line : FourLetterWord.ask(server, "mntr").orElse("").lines().toList()) {
            String[] parts = line.split("\t");
            if (parts[1].matches("-?\\d+(\\.\\d+)?")) {
                numbers.put(parts[0], Double.valueOf(parts[1]));
            }
        }
        return numbers;
    }

    @Test
    void whatApacheBeginsAnewBeginsAnewHere() throws Exception {
        Counted there;
        Counted here;
        try (ServerProcess apache = ServerProcess.apache();
                BatonServer baton = BatonServer.start(
                        ServerSettings.inDirectory(directory).withWords(WordAccess.everywhere(Set.of("*"))))) {
            there = count(apache.address(), apache.connectString());
            here = count(new InetSocketAddress(InetAddress.getLoopbackAddress(), baton.port()), baton.connectString());
        }

        assertThat(here.said).isEqualTo(there.said).isEqualTo("Server stats reset.\n");
        assertThat(there.begunAnew()).contains("zk_cnt_fsynctime").hasSizeGreaterThan(10);
        Set<String> kept = there.begunAnew();
        kept.removeIf(name -> here.before.getOrDefault(name, 0.0) == 0 || here.after.get(name) == 0);
        assertThat(kept).isEmpty();
        for (String name : Set.of("zk_znode_count", "zk_watch_count", "zk_global_sessions", "zk_uptime")) {
            assertThat(here.after.get(name)).as(name).isGreaterThanOrEqualTo(here.before.get(name));
        }
    }
}
