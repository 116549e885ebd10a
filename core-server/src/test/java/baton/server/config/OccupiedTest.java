package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a directory, as the tables of a system tell that are written by hand here, and which hosts are waited for. */
@Timeout(60)
class OccupiedTest {
    @TempDir
    Path directory;

    private Path data;
    private Path other;
    private Path descriptors;
    private Occupied occupied;

    @BeforeEach
    void linkTheFilesToThoseOfAnother() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        other = Files.createDirectory(directory.resolve("other"));
        Files.createSymbolicLink(data.resolve("version-2"), Files.createDirectory(other.resolve("version-2")));
        descriptors = Files.createDirectories(directory.resolve("proc/1234/fd"));
        occupied = new Occupied(
                new Processes(directory.resolve("proc")),
                new HostNames(host -> InetAddress.getLoopbackAddress(), 10_000));
    }

    @Test
    void whoHoldsTheDirectoryThatALinkLeadsToIsNamed() throws IOException {
        Path held = Files.createFile(other.resolve("version-2/baton.lock")).toRealPath();
        Files.createSymbolicLink(descriptors.resolve("7"), held);

        assertThat(occupied.directories(ServerSettings.inDirectory(data)))
                .containsExactly("data directory " + data + ": in use by process 1234");
    }

    @Test
    void locksThatNobodyHoldsMeanNothing() throws IOException {
        Files.createFile(data.resolve("baton.lock"));
        Files.createFile(other.resolve("version-2/baton.lock"));

        assertThat(occupied.directories(ServerSettings.inDirectory(data))).isEmpty();
    }

    @Test
    void theHostsOfAServerAreLookedUpAtTheSameTime() {
        ServerSettings three = listening("zoo1", "zoo2", "zoo3");
        Occupied askedForAddresses = together(3);
        Occupied askedForPorts = together(3);
        askedForPorts.ports(three);

        assertThat(askedForAddresses.addresses(three)).isEmpty();
        assertThat(askedForPorts.addresses(three)).isEmpty();
    }

    @Test
    void theHostsOfSeveralServersAreLookedUpAtTheSameTime() {
        ServerSettings one = listening("zoo1", "zoo2", "zoo3");
        ServerSettings other = listening("zoo3", "zoo4", "zoo5");
        Occupied five = together(5);

        five.begin(one);
        five.begin(other);

        assertThat(five.addresses(one)).isEmpty();
        assertThat(five.addresses(other)).isEmpty();
    }

    private ServerSettings listening(String clients, String admin, String metrics) {
        return ServerSettings.inDirectory(data)
                .withListen(new ListenAddress(clients, 2181))
                .withAdmin(AdminSettings.at(new ListenAddress(admin, 8080))
                        .withMetrics(new ListenAddress(metrics, 7000), AdminSettings.CounterNames.PLAIN));
    }

    /** Each host is found once so many are looked for. */
    private Occupied together(int hosts) {
        CountDownLatch begun = new CountDownLatch(hosts);
        return new Occupied(
                new Processes(directory.resolve("proc")),
                new HostNames(
                        host -> {
                            begun.countDown();
                            try {
                                begun.await();
                            } catch (InterruptedException e) {
                                throw new UnknownHostException(host);
                            }
                            return InetAddress.getLoopbackAddress();
                        },
                        10_000));
    }
}
