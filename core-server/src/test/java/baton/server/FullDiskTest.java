package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.sim.SimulatedDisk;
import baton.server.storage.DiskFullException;
import baton.server.storage.WriteFailedException;
import java.io.IOException;
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
    private static final Path DIR = Path.of("/sim");
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
    void aDiskWithoutAnySpaceLeftCostsTheServerButNothingItAcknowledged() throws Exception {
        int acknowledged;
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", LARGE));
            await().until(() -> disk.exists(DIR.resolve("version-2.ext/reserve")));
            disk.capacity(0);

            acknowledged = setUntilCutOff(client);

            assertThat(acknowledged * (long) LARGE)
                    .describedAs("what went to the reserve")
                    .isGreaterThan(3_500_000);
            assertThat(server.failure().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("make room in");
        }
        disk.kill();
        disk.capacity(Long.MAX_VALUE);

        assertThat(versionOf("/a")).isBetween(acknowledged, acknowledged + 1);
    }

    @Test
    void afterAFailedSyncTheServerStopsAtOnceAndNothingItAcknowledgedIsLost() throws Exception {
        try (BatonServer server = start();
                RawClient client = RawClient.withSession(server.port(), 20_000);
                RawClient idle = RawClient.withSession(server.port(), 20_000)) {
            ok(client, create("/a"));
            ok(client, set("/a", 5));
            await().until(() -> disk.exists(DIR.resolve("version-2.ext/reserve")));
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

    private int setUntilCutOff(RawClient client) {
        for (int version = 2; ; version++) {
            try {
                ok(client, set("/a", LARGE));
            } catch (IOException cut) {
                return version - 1;
            }
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
                        ListenAddress.EPHEMERAL, StorageSettings.Files.in(DIR).withReserveBytes(RESERVE_BYTES)),
                disk);
    }

    private Request.Create create() {
        return create("/n" + created++);
    }

    private static Request.Create create(String path) {
        return new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, 0);
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
}
