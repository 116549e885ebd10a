package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.sim.SimulatedDisk;
import baton.server.storage.WriteFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole server on a disk that fills up, or fails: what it does then, and what is there afterwards. */
@Timeout(120)
class FullDiskTest {
    /** Another thread that writes and syncs would take the failures meant for the log. */
    private static final StorageSettings.Log NOTHING_MADE_AHEAD = new StorageSettings.Log(0, true, 0, 1000, 10_000);

    private static final Path DIR = Path.of("/sim");
    private static final Path RESERVE = DIR.resolve("version-2.ext/reserve");
    private static final long RESERVE_BYTES = 16L << 20;
    private static final int LARGE = 100_000;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), SimulatedDisk.Kernel.STRICT, 4096);
    private int xid;
    private int created;

    @Test
    void whatGrowsIsRefusedWhileEverythingElseGoesOnUntilThereIsSpaceAgain() throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", 100));
            ok(client, create("/mine"));
            disk.capacity(disk.usedBytes() + RESERVE_BYTES - 1);

            await().atMost(Duration.ofSeconds(20)).until(() -> call(client, create()) == ErrorCode.QUOTA_EXCEEDED);

            assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, set("/a", 101)));
            assertEquals(
                    ErrorCode.QUOTA_EXCEEDED,
                    call(client, new Request.Multi(List.of(new Request.Delete("/mine", -1), create("/other")))));
            assertEquals(ErrorCode.NO_NODE, call(client, set("/absent", 101)));
            ok(client, new Request.GetData("/a", false));
            ok(client, set("/a", 100));
            ok(client, set("/a", 10));
            ok(client, new Request.SetAcl("/a", Acl.READ_ONLY, -1));
            ok(client, new Request.Delete("/mine", -1));
            try (RawClient other = RawClient.withSession(server.port(), 20_000)) {
                ok(other, new Request.Sync("/a"));
                ok(other, Request.CloseSession.INSTANCE);
            }

            disk.capacity(Long.MAX_VALUE);
            await().atMost(Duration.ofSeconds(20)).until(() -> call(client, create()) == ErrorCode.OK);
        }
    }

    @Test
    void whoeverGoesOnWritingIsRefusedBeforeTheLastSpaceIsGone() throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000);
                RawClient other = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", LARGE));
            ok(client, create("/mine"));
            ok(other, ephemeral("/ephemeral"));
            await().until(() -> disk.exists(RESERVE));
            disk.capacity(disk.usedBytes() + RESERVE_BYTES - 1);

            hammer(client, set("/a", LARGE));

            long filled = disk.usedBytes();
            for (int i = 0; i < 500; i++) {
                assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, set("/a", LARGE)));
                assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, new Request.SetAcl("/a", Acl.OPEN, -1)));
                assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, create()));
                assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, set("/absent", 1)));
                assertEquals(ErrorCode.NO_NODE, call(client, new Request.Delete("/absent", -1)));
                assertEquals(ErrorCode.BAD_VERSION, call(client, new Request.Delete("/mine", 5)));
                assertEquals(ErrorCode.NO_NODE, callMulti(client, new Request.Delete("/absent", -1)));
                ok(client, new Request.GetData("/a", false));
            }
            assertThatThrownBy(() -> RawClient.withSession(server.port(), 20_000))
                    .isInstanceOf(IOException.class);
            assertThat(disk.usedBytes()).describedAs("what refusing has cost").isEqualTo(filled);

            ok(client, new Request.Delete("/mine", -1));
            ok(other, Request.CloseSession.INSTANCE);
            assertEquals(ErrorCode.NO_NODE, call(client, new Request.Exists("/ephemeral", false)));
            assertThat(server.failure()).isNotDone();
            disk.capacity(Long.MAX_VALUE);
            await().atMost(Duration.ofSeconds(20)).until(() -> call(client, create()) == ErrorCode.OK);
        }
    }

    @Test
    void aDiskThatOthersFillUpCostsNeitherTheServerNorWhatItAcknowledged() throws Exception {
        int acknowledged;
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000);
                RawClient other = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", LARGE));
            ok(client, create("/mine"));
            ok(other, ephemeral("/ephemeral"));
            await().until(() -> disk.exists(RESERVE));
            disk.capacity(0);

            acknowledged = 1 + hammer(client, set("/a", LARGE));

            assertThat(disk.exists(RESERVE)).describedAs("the reserve").isFalse();
            assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, new Request.SetAcl("/a", Acl.OPEN, -1)));
            ok(client, new Request.Delete("/mine", -1));
            ok(other, Request.CloseSession.INSTANCE);
            assertEquals(ErrorCode.NO_NODE, call(client, new Request.Exists("/ephemeral", false)));
            assertThat(server.failure()).isNotDone();
        }
        disk.kill();
        disk.capacity(Long.MAX_VALUE);

        assertThat(versionOf("/a")).isEqualTo(acknowledged);
    }

    @Test
    void whoeverWatchesTheServerSeesThatItsSpaceIsSpentAndThatARestartWouldNotHelp() throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", LARGE));
            await().until(() -> disk.exists(RESERVE));
            assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(server, "/metrics").body()).contains("baton_disk_space{level=\"ok\"} 1");

            disk.capacity(0);
            hammer(client, set("/a", LARGE));

            HttpResponse<String> ready = get(server, "/readyz");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("the space on the disk is spent");
            assertThat(get(server, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(server, "/metrics").body())
                    .contains("baton_disk_space{level=\"ok\"} 0", "baton_disk_space{level=\"spent\"} 1");

            disk.capacity(Long.MAX_VALUE);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> get(server, "/readyz").statusCode() == 200);
        }
    }

    private static HttpResponse<String> get(BatonServer server, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.adminPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aServerThatStartsOnAFullDiskServesThoseItKnows() throws Exception {
        ConnectResponse session;
        try (BatonServer server = start();
                RawClient client = new RawClient(server.port())) {
            session = client.connect(new ConnectRequest(0, 20_000, 0, ConnectRequest.NO_PASSWORD, false));
            ok(client, create("/a"));
            ok(client, set("/a", LARGE));
            await().until(() -> disk.exists(RESERVE));
            disk.capacity(0);
            hammer(client, set("/a", LARGE));
        }
        disk.kill();

        try (BatonServer server = start();
                RawClient client = new RawClient(server.port())) {
            client.connect(new ConnectRequest(0, 20_000, session.sessionId(), session.password(), false));
            ok(client, new Request.GetData("/a", false));
            assertEquals(ErrorCode.QUOTA_EXCEEDED, call(client, new Request.Delete("/a", -1)));
            assertThatThrownBy(() -> RawClient.withSession(server.port(), 20_000))
                    .isInstanceOf(IOException.class);

            disk.capacity(Long.MAX_VALUE);
            await().atMost(Duration.ofSeconds(20)).until(() -> call(client, create()) == ErrorCode.OK);
        }
    }

    @Test
    void afterAFailedSyncTheServerStopsAtOnceAndNothingItAcknowledgedIsLost() throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000);
                RawClient idle = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", 5));
            await().until(() -> disk.exists(RESERVE));
            disk.failSyncs(1);

            client.send(++xid, set("/a", 6));

            assertThat(client.isCutOff()).isTrue();
            assertThat(idle.isCutOff()).isTrue();
            assertThat(server.failure().get(1, TimeUnit.SECONDS))
                    .isInstanceOf(WriteFailedException.class)
                    .hasMessageContaining("cannot force " + DIR.resolve("version-2/log.1"));
        }
        disk.cutPower();

        assertThat(versionOf("/a")).isBetween(1, 2);
    }

    /** Asks again and again until that is refused for want of space; returns how often it was done. */
    private int hammer(RawClient client, Request request) throws IOException {
        for (int done = 0; ; done++) {
            ErrorCode error = call(client, request);
            if (error == ErrorCode.QUOTA_EXCEEDED) {
                return done;
            }
            assertEquals(ErrorCode.OK, error);
        }
    }

    private int versionOf(String path) throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            client.send(1, new Request.Exists(path, false));
            WireReader answer = WireReader.of(client.receive());
            assertThat(ReplyHeader.read(answer).isOk()).isTrue();
            Response response = Response.read(OpCode.EXISTS, answer);
            return ((Response.StatOnly) response).stat().version();
        }
    }

    private BatonServer start() throws StartFailedException {
        return BatonServer.start(
                ServerSettings.of(
                                ListenAddress.EPHEMERAL,
                                StorageSettings.Files.in(DIR)
                                        .withLog(NOTHING_MADE_AHEAD)
                                        .withReserveBytes(RESERVE_BYTES))
                        .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)),
                disk);
    }

    private Request.Create create() {
        return create("/n" + created++);
    }

    private static Request.Create create(String path) {
        return new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, 0);
    }

    private static Request.Create ephemeral(String path) {
        return new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL.flags());
    }

    private static Request.SetData set(String path, int size) {
        return new Request.SetData(path, Bytes.wrap(new byte[size]), -1);
    }

    private void ok(RawClient client, Request request) throws IOException {
        assertEquals(ErrorCode.OK, call(client, request), request::toString);
    }

    private ErrorCode call(RawClient client, Request request) throws IOException {
        client.send(++xid, request);
        return ErrorCode.find(client.receiveHeader().error());
    }

    /** Returns the error of the only part. */
    private ErrorCode callMulti(RawClient client, Request.MultiOp op) throws IOException {
        client.send(++xid, new Request.Multi(List.of(op)));
        WireReader answer = WireReader.of(client.receive());
        assertThat(ReplyHeader.read(answer).isOk()).isTrue();
        Response.Multi response = (Response.Multi) Response.read(OpCode.MULTI, answer);
        return ErrorCode.find(((MultiResult.Failed) response.results().get(0)).error());
    }
}
