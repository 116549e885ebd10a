package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnDefaultsTest {
    private static Optional<String> told(String... lines) throws ConfigException {
        List<String> all = new ArrayList<>(List.of("clientPort=2181", "dataDir=/d"));
        all.addAll(List.of(lines));
        return OwnDefaults.in(ConfigFile.parse("zoo.cfg", all).report());
    }

    @Test
    void areAllToldInOneLineWithWhatHasApachesBehaviour() throws ConfigException {
        assertThat(told())
                .hasValue("defaults that are not Apache ZooKeeper's are in force; to have those write"
                        + " 4lw.commands.whitelist=srvr (it is conf,dirs,envi,isro,mntr,ruok,srvr,stat on this machine,"
                        + " srvr from others);"
                        + " admin.serverAddress=0.0.0.0 (it is 127.0.0.1);"
                        + " autopurge.purgeInterval=0 (it is 24);"
                        + " autopurge.snapRetainCount=3 (it is 10);"
                        + " baton.ephemeralsPerSessionMax=2147483647 (it is 50000);"
                        + " baton.sessionsMax=2147483647 (it is 100000);"
                        + " baton.watchesMax=2147483647 (it is 20000000);"
                        + " baton.watchesPerConnectionMax=2147483647 (it is 100000);"
                        + " connection_throttle_tokens=0 (it is 2000);"
                        + " maxCnxns=0 (it is 10000)");
    }

    @Test
    void areNotToldWhereSomethingIsStated() throws ConfigException {
        assertThat(told("maxCnxns=5", "admin.serverPort=8081", "autopurge.purgeInterval=0")
                        .orElseThrow())
                .doesNotContain("maxCnxns", "admin.", "autopurge.")
                .contains("connection_throttle_tokens=0 (it is 2000)");
        assertThat(told("autopurge.purgeInterval=1").orElseThrow())
                .contains("autopurge.snapRetainCount=3 (it is 10)")
                .doesNotContain("purgeInterval");
    }

    @Test
    void areNoneForWhoHasStatedWhatTheLineNames() throws ConfigException {
        String[] advised = told().orElseThrow()
                .replaceAll(".* write | \\(it is [^)]*\\)", "")
                .split("; ");

        assertThat(told(advised)).isEmpty();
    }
}
