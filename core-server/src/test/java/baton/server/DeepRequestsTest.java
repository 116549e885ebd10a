package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Request.MultiOp;
import baton.protocol.Request.MultiReadOp;
import baton.protocol.RequestHeader;
import baton.protocol.WatcherType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * However deep, long or large a request is, a quarter of the stack that threads have by default is enough for it. Were there one
 * for which all of it is not, whoever sends that would end the server.
 */
@Timeout(120)
class DeepRequestsTest {
    private static final String STACK = "-Xss256k";
    private static final int LONG_BYTES = 1_000_000;
    private static final int MANY = 30_000;
    private static final int DEPTH = 2_000;
    private static final int DEPTH_AT_ONCE = 200;
    private static final int READERS = 50;

    @TempDir
    Path directory;

    @Test
    void ofRequestsNoneNeedsMore() throws Exception {
        try (ServerProcess process = started();
                RawClient client = RawClient.withSession(process.port(), 30_000)) {
            for (Request each : requests("/a".repeat(LONG_BYTES / 2))) {
                client.send(1, each);
                awaitAnswer(client);
            }
            for (Request each : requests("/" + "a".repeat(LONG_BYTES))) {
                client.send(1, each);
                awaitAnswer(client);
            }
            client.send(nested());
            assertThat(client.receiveHeader().isOk()).isFalse();

            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void norDoesATreeAsDeepAsThat() throws Exception {
        String deepest = "/a".repeat(DEPTH);
        try (ServerProcess process = started();
                RawClient client = RawClient.withSession(process.port(), 30_000)) {
            client.send(1, new Request.AddWatch("/", AddWatchMode.PERSISTENT_RECURSIVE));
            awaitAnswer(client);
            for (int depth = 0; depth < DEPTH; depth += DEPTH_AT_ONCE) {
                client.send(1, new Request.Multi(below(depth)));
                awaitAnswer(client);
            }
            for (Request each : requests(deepest)) {
                client.send(1, each);
                awaitAnswer(client);
            }
            assertThat(process.terminate()).isZero();
        }
        try (ServerProcess next = started();
                RawClient client = RawClient.withSession(next.port(), 30_000)) {
            client.send(1, new Request.Exists(deepest.substring(2), false));

            assertThat(client.receiveHeader().isOk()).isTrue();
        }
    }

    /** Each time one of them has taken what was sent, the others' answers are looked at. */
    @Test
    void norDoAnswersToManyClientsAtOnce() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        try (ServerProcess process = started()) {
            int port = process.port();
            byte[] large = new byte[LONG_BYTES / 4];
            try (RawClient client = RawClient.withSession(port, 30_000)) {
                client.send(1, new Request.Create(OpCode.CREATE, "/large", Bytes.copyOf(large), Acl.OPEN, 0));
                assertThat(client.receiveHeader().isOk()).isTrue();
            }
            for (int i = 0; i < READERS; i++) {
                readers.add(RawClient.withSession(port, 30_000));
            }

            for (RawClient each : readers) {
                each.send(1, new Request.SetData("/", Bytes.EMPTY, -1));
                for (int i = 0; i < 4; i++) {
                    each.send(2, new Request.GetData("/large", false));
                }
            }

            for (RawClient each : readers) {
                for (int i = 0; i < 5; i++) {
                    assertThat(each.receiveHeader().isOk()).isTrue();
                }
                each.close();
            }
            assertThat(process.isAlive()).isTrue();
        }
    }

    private static List<MultiOp> below(int depth) {
        List<MultiOp> creates = new ArrayList<>();
        for (int i = depth + 1; i <= depth + DEPTH_AT_ONCE; i++) {
            creates.add(new Request.Create(OpCode.CREATE, "/a".repeat(i), Bytes.EMPTY, Acl.OPEN, 0));
        }
        return creates;
    }

    private static List<Request> requests(String path) {
        Bytes text = Bytes.utf8(path);
        List<String> paths = List.of(path);
        List<Request> requests = new ArrayList<>(List.of(
                new Request.Exists(path, true),
                new Request.GetData(path, true),
                new Request.GetAcl(path),
                new Request.GetChildren(path, true),
                new Request.GetChildren2(path, true),
                new Request.GetAllChildrenNumber(path),
                new Request.GetEphemerals(path),
                new Request.Sync(path),
                new Request.SetWatches(0, paths, List.of(), List.of()),
                new Request.SetWatches2(0, List.of(), List.of(), List.of(), List.of(), paths),
                new Request.AddWatch(path, AddWatchMode.PERSISTENT_RECURSIVE),
                new Request.CheckWatches(path, WatcherType.ANY),
                new Request.RemoveWatches(path, WatcherType.ANY),
                new Request.SetData(path, text.size() < LONG_BYTES ? text : Bytes.EMPTY, -1),
                new Request.SetAcl(path, Acl.OPEN, -1),
                new Request.Create(OpCode.CREATE2, path, Bytes.EMPTY, Acl.OPEN, 0),
                new Request.CreateTtl(path, Bytes.EMPTY, Acl.OPEN, 5, 1_000),
                new Request.Delete(path, -1)));
        List<MultiOp> checks = Collections.nCopies(MANY, new Request.Check("/", -1));
        List<MultiReadOp> reads = Collections.nCopies(MANY, new Request.GetData("/", false));
        requests.add(new Request.Multi(checks));
        requests.add(new Request.MultiRead(reads));
        requests.add(new Request.SetAcl("/", rights("ip", "10.0.0.1"), -1));
        requests.add(new Request.SetAcl("/", rights("auth", ""), -1));
        for (String scheme : List.of("ip", "digest", "x509", "sasl")) {
            requests.add(new Request.SetAcl("/", List.of(new Acl(Permission.ALL, scheme, "CN=a,".repeat(MANY))), -1));
            requests.add(new Request.SetAcl("/", List.of(new Acl(Permission.ALL, scheme, path)), -1));
        }
        return requests;
    }

    private static List<Acl> rights(String scheme, String id) {
        return Collections.nCopies(MANY, new Acl(Permission.ALL, scheme, id));
    }

    /** The heads of ever so many multis in one another. */
    private static byte[] nested() {
        return RawClient.frame(out -> {
            new RequestHeader(1, OpCode.MULTI).write(out);
            for (int i = 0; i < MANY; i++) {
                out.int32(OpCode.MULTI.code()).bool(false).int32(-1);
            }
        });
    }

    /** Takes the events before it, too. */
    private static void awaitAnswer(RawClient client) throws IOException {
        while (client.receiveHeader().xid() != 1) {}
    }

    private ServerProcess started() {
        return ServerProcess.start(
                Main.class,
                List.of(STACK, "-Xmx256m"),
                directory.resolve("stderr"),
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                directory.resolve("data").toString());
    }
}
