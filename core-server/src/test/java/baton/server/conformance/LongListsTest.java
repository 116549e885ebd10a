package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.BatonServer;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import baton.server.config.Transport;
import baton.server.transport.SocketIo;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists so long, and asked for so often, that they are lent to the sockets, while the children change. */
@Timeout(120)
class LongListsTest {
    private static final int CHILDREN = 1_000;
    private static final int CHANGES = 20;
    private static final int ASKED_BETWEEN = 50;
    private static final int TIMEOUT_MILLIS = 10_000;

    @TempDir
    static Path directory;

    /** The names of one list, and how many the node had by its own account. */
    private record Answer(List<String> names, int counted) {}

    private static CompletableFuture<Answer> list(ZooKeeper zk) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        zk.getChildren(
                "/many",
                false,
                (code, path, context, names, stat) -> answer.complete(new Answer(names, stat.getNumChildren())),
                null);
        return answer;
    }

    private static CompletableFuture<List<String>> listWithoutStat(ZooKeeper zk) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        zk.getChildren("/many", false, (code, path, context, names) -> answer.complete(names), null);
        return answer;
    }

    /** Both ask all the time, and one of them changes what both ask for. */
    private static void listsAreWholeWhileTheyChange(ZooKeeper changing, ZooKeeper watching) throws Exception {
        TreeSet<String> expected = new TreeSet<>();
        List<Op> creates = new ArrayList<>(List.of(create("/many")));
        IntStream.range(0, CHILDREN).mapToObj(i -> "child-" + i).forEach(name -> {
            expected.add(name);
            creates.add(create("/many/" + name));
        });
        changing.multi(creates);
        await().until(() -> loans() == 0);

        List<CompletableFuture<Answer>> own = new ArrayList<>();
        List<CompletableFuture<List<String>>> ownNames = new ArrayList<>();
        List<CompletableFuture<Answer>> others = new ArrayList<>();
        for (int change = 0; change < CHANGES; change++) {
            for (int i = 0; i < ASKED_BETWEEN; i++) {
                own.add(list(changing));
                ownNames.add(listWithoutStat(changing));
                others.add(list(watching));
            }
            changing.delete("/many/child-" + change, -1, (code, path, context) -> {}, null);
        }

        for (int asked = 0; asked < own.size(); asked++) {
            if (asked > 0 && asked % ASKED_BETWEEN == 0) {
                expected.remove("child-" + (asked / ASKED_BETWEEN - 1));
            }
            // Who changes them sees each change at once.
            assertThat(answer(own.get(asked)).names()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(answer(ownNames.get(asked))).containsExactlyInAnyOrderElementsOf(expected);
        }
        int before = CHILDREN;
        for (CompletableFuture<Answer> each : others) {
            Answer answer = answer(each);
            assertThat(answer.names())
                    .hasSize(answer.counted())
                    .hasSizeLessThanOrEqualTo(before)
                    .doesNotHaveDuplicates();
            before = answer.counted();
        }
        assertThat(loans()).as("lists that are lent").isPositive();
    }

    /** Counts what the loops of all servers have lent and not taken back, as the virtual machine sees it. */
    private static int loans() throws Exception {
        String loan = Class.forName("baton.server.tree.CollectedLoans$Loan").getName();
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        // A line has a number, how many there are, their bytes and the name.
        return histogram
                .toString()
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(line -> line.length > 3 && line[3].equals(loan))
                .mapToInt(line -> Integer.parseInt(line[1]))
                .sum();
    }

    private static <T> T answer(CompletableFuture<T> asked) throws Exception {
        return asked.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Op create(String path) {
        return Op.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "IO_URING", "NIO"})
    void inTheClear(Transport transport) throws Exception {
        Optional<String> obstacle = SocketIo.obstacleTo(transport);
        assumeTrue(obstacle.isEmpty(), () -> "SKIPPED: " + obstacle.orElse(""));
        ServerSettings settings = ServerSettings.inMemory()
                .withLimits(LimitSettings.DEFAULT.withTransport(transport).withEventLoops(2));
        try (BatonServer server = BatonServer.start(settings);
                ApacheClient asking = new ApacheClient("127.0.0.1:" + server.port(), TIMEOUT_MILLIS);
                ApacheClient changing = new ApacheClient("127.0.0.1:" + server.port(), TIMEOUT_MILLIS)) {
            listsAreWholeWhileTheyChange(changing.zk, asking.zk);
        }
    }

    @Test
    void encrypted() throws Exception {
        TestCertificate own = TestCertificate.ofServer(directory, "server");
        Path trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(own));
        Secret password = Secret.of(TestCertificate.PASSWORD);
        TlsSettings tls = TlsSettings.of(StoreFile.of(own.pkcs12(), password), StoreFile.of(trust, password))
                .withClientAuth(ClientAuth.NONE);
        try (BatonServer server = BatonServer.start(
                        ServerSettings.inMemory().withSecure(new SecurePort(ListenAddress.EPHEMERAL, false, tls)));
                ApacheClient asking = new ApacheClient(
                        "127.0.0.1:" + server.securePort(), TIMEOUT_MILLIS, TlsTest.config(trust, Optional.empty()));
                ApacheClient changing = new ApacheClient("127.0.0.1:" + server.port(), TIMEOUT_MILLIS)) {
            listsAreWholeWhileTheyChange(changing.zk, asking.zk);
        }
    }
}
