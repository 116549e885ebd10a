package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.JavaProcess;
import baton.core.testkit.ServerProcess;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audits of both servers, after the same clients have asked them for the same. */
class AuditParityTest {
    private static final List<String> AUDIT = List.of("audit.enable=true");
    private static final String LOGGER = "Slf4jAuditLogger ";

    /** Long enough to make a node in. */
    private static final int SILENCE_MILLIS = 3_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /** From the start to the stop, and of a second start of the same, which fails. */
    @Test
    void bothTellOfTheSameInTheSameOrder() throws Exception {
        // Beside each other, since both wait for a session to expire.
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<List<String>> ofApache = threads.submit(this::ofApache);
            Future<List<String>> ofBaton = threads.submit(this::ofBaton);

            assertThat(ofApache.get()).hasSize(21);
            assertThat(ofBaton.get()).isEqualTo(ofApache.get());
        } finally {
            // Both servers are to be gone before their directories are.
            threads.shutdownNow();
            threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private List<String> ofApache() throws Exception {
        try (ServerProcess server = ServerProcess.apache(Files.createDirectory(directory.resolve("apache")), AUDIT)) {
            return told(server, "org.apache.zookeeper.server.ZooKeeperServerMain");
        }
    }

    private List<String> ofBaton() throws Exception {
        try (ServerProcess server = ServerProcess.baton(Files.createDirectory(directory.resolve("baton")), AUDIT)) {
            return told(server, "baton.server.Main");
        }
    }

    private static List<String> told(ServerProcess server, String mainClass) throws Exception {
        int port = server.address().getPort();
        List<Long> sessions = new ArrayList<>();
        try (RawClient one = new RawClient(port);
                RawClient other = new RawClient(port);
                RawClient silent = new RawClient(port)) {
            sessions.add(session(one, 60_000));
            sessions.add(session(other, 60_000));
            ask(other, create("/early", CreateMode.PERSISTENT));
            changeThings(one);
            sessions.add(session(silent, SILENCE_MILLIS));
            ask(silent, create("/gone", CreateMode.EPHEMERAL));
            server.process().awaitLine(AuditParityTest::isOfAnEnd, "end of the silent session", PATIENCE);
            ask(one, Request.CloseSession.INSTANCE);
        }
        try (JavaProcess second = JavaProcess.of(mainClass)
                .arguments(server.dataDirectory().resolve("zoo.cfg").toString())
                .start()) {
            second.awaitExit(PATIENCE);
            server.stop();
            return Stream.of(server.process(), second)
                    .flatMap(each -> audited(each.lines(), sessions))
                    .toList();
        }
    }

    private static void changeThings(RawClient client) throws Exception {
        ask(client, new Request.Auth(0, "digest", Bytes.utf8("bob:pw")));
        ask(client, create("/a", CreateMode.PERSISTENT));
        ask(client, create("/a/s-", CreateMode.EPHEMERAL_SEQUENTIAL));
        ask(client, create("/a", CreateMode.PERSISTENT));
        int sequential = CreateMode.PERSISTENT_SEQUENTIAL.flags();
        ask(client, new Request.Create(OpCode.CREATE2, "/c2-", Bytes.EMPTY, Acl.OPEN, sequential));
        ask(client, new Request.SetData("/a", Bytes.utf8("x"), -1));
        ask(client, new Request.SetData("/a", Bytes.utf8("x"), 77));
        ask(client, new Request.SetAcl("/early", Acl.READ_ONLY, -1));
        ask(client, new Request.SetAcl("/none", Acl.OPEN, -1));
        ask(client, new Request.Delete("/none", -1));
        ask(client, new Request.Delete("/a", -1));
        ask(
                client,
                new Request.Multi(List.of(
                        create("/m", CreateMode.PERSISTENT),
                        new Request.SetData("/m", Bytes.utf8("y"), 0),
                        new Request.Check("/m", 1),
                        new Request.Delete("/m", -1))));
        ask(client, new Request.Multi(List.of(create("/m", CreateMode.PERSISTENT), new Request.Delete("/none", -1))));
        ask(client, new Request.GetData("/a", false));
        ask(client, new Request.Sync("/a"));
    }

    private static Request.Create create(String path, CreateMode mode) {
        return new Request.Create(path, Bytes.EMPTY, Acl.OPEN, mode);
    }

    private static long session(RawClient client, int timeoutMillis) throws Exception {
        ConnectRequest request = new ConnectRequest(0, timeoutMillis, 0, ConnectRequest.NO_PASSWORD, false);
        return client.connect(request).sessionId();
    }

    private static void ask(RawClient client, Request request) throws Exception {
        client.send(1, request);
        client.receive();
    }

    private static boolean isOfAnEnd(String line) {
        return line.contains("operation=ephemeralZNodeDeletionOnSessionCloseOrExpire");
    }

    /** Returns what the audit says, with the level and without what differs from one server to the next. */
    private static Stream<String> audited(List<String> lines, List<Long> sessions) {
        return lines.stream().filter(line -> line.contains(LOGGER)).map(line -> {
            String said = line.substring(line.indexOf(LOGGER) + LOGGER.length());
            for (int i = 0; i < sessions.size(); i++) {
                said = said.replace("session=0x" + Long.toHexString(sessions.get(i)) + "\t", "session=" + i + "\t");
            }
            return (line.contains(" ERROR ") ? "ERROR " : "INFO ") + said;
        });
    }
}
