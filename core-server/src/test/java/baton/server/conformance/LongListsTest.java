package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists so long, and asked for so often, that they are sent from where they are kept, while the children change. */
@Timeout(120)
class LongListsTest {
    private static final int CHILDREN = 1_000;
    private static final int CHANGES = 20;
    private static final int ASKED_AT_ONCE = 50;
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

    private static void listsAreWholeWhileTheyChange(ZooKeeper asking, ZooKeeper changing) throws Exception {
        TreeSet<String> expected = new TreeSet<>();
        List<Op> creates = new ArrayList<>(List.of(create("/many")));
        IntStream.range(0, CHILDREN).mapToObj(i -> "child-" + i).forEach(name -> {
            expected.add(name);
            creates.add(create("/many/" + name));
        });
        changing.multi(creates);

        for (int change = 0; change < CHANGES; change++) {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            List<CompletableFuture<List<String>>> namesAlone = new ArrayList<>();
            asking.sync("/many", (code, path, context) -> {}, null);
            for (int i = 0; i < ASKED_AT_ONCE; i++) {
                answers.add(list(asking));
                namesAlone.add(listWithoutStat(asking));
            }
            for (CompletableFuture<Answer> each : answers) {
                Answer answer = each.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                assertThat(answer.names()).hasSize(answer.counted()).containsExactlyInAnyOrderElementsOf(expected);
            }
            for (CompletableFuture<List<String>> each : namesAlone) {
                assertThat(each.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
            changing.delete("/many/child-" + change, -1);
            expected.remove("child-" + change);
        }
    }

    private static Op create(String path) {
        return Op.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "IO_URING", "NIO"})
    void inTheClear(Transport transport) throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withLimits(LimitSettings.DEFAULT.withTransport(transport));
        try (BatonServer server = BatonServer.start(settings);
                ApacheClient asking = new ApacheClient("127.0.0.1:" + server.port(), TIMEOUT_MILLIS);
                ApacheClient changing = new ApacheClient("127.0.0.1:" + server.port(), TIMEOUT_MILLIS)) {
            listsAreWholeWhileTheyChange(asking.zk, changing.zk);
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
            listsAreWholeWhileTheyChange(asking.zk, changing.zk);
        }
    }
}
