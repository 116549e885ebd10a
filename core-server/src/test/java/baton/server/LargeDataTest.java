package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Stat;
import baton.protocol.WireReader;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More in one node than usual servers let in. */
@Timeout(120)
class LargeDataTest {
    private static final int LARGE_BYTES = 78 << 20;
    private static final LimitSettings LARGE = LimitSettings.DEFAULT.withFrameBytesMax(80 << 20);

    @TempDir
    Path directory;

    @Test
    void whatALargeLimitHasLetInIsReadWithTheUsualOne() throws Exception {
        StorageSettings.Files files = StorageSettings.Files.in(directory);
        try (BatonServer server = BatonServer.start(settings(files).withLimits(LARGE));
                RawClient client = RawClient.withSession(server.port(), 60_000)) {
            create(client, "/large", LARGE_BYTES);
        }

        // It replays more than half of that, and so writes a snapshot.
        try (BatonServer server = BatonServer.start(settings(files.withSnapCount(2)));
                RawClient client = RawClient.withSession(server.port(), 60_000)) {
            assertThat(dataLength(client)).isEqualTo(LARGE_BYTES);
            await().until(() -> Files.exists(file("snapshot.2")) || Files.exists(file("snapshot.3")));
        }
        Files.delete(file("log.1"));
        Files.delete(file("snapshot.0"));

        try (BatonServer server = BatonServer.start(settings(files));
                RawClient client = RawClient.withSession(server.port(), 60_000)) {
            assertThat(dataLength(client)).isEqualTo(LARGE_BYTES);
        }
    }

    @Test
    void oneAnswerMayLieUnreadHoweverLong() throws Exception {
        ServerSettings one = ServerSettings.inMemory().withLimits(LARGE.withEventLoops(1));
        try (BatonServer server = BatonServer.start(one);
                RawClient slow = RawClient.withSession(server.port(), 60_000);
                RawClient other = RawClient.withSession(server.port(), 60_000)) {
            create(slow, "/large", LARGE_BYTES);

            slow.send(2, new Request.GetData("/large", false));
            int length = slow.receiveLength();
            // The only loop has looked by then how much is left of that.
            assertThat(dataLength(other)).isEqualTo(LARGE_BYTES);

            assertThat(length).isGreaterThan(LARGE_BYTES);
            assertThat(slow.receive(length)).hasSize(length);
        }
    }

    private static ServerSettings settings(StorageSettings files) {
        return ServerSettings.of(ListenAddress.EPHEMERAL, files);
    }

    private Path file(String name) {
        return directory.resolve("version-2").resolve(name);
    }

    private static void create(RawClient client, String path, int bytes) throws IOException {
        client.send(1, new Request.Create(OpCode.CREATE, path, Bytes.wrap(new byte[bytes]), Acl.OPEN, 0));
        assertThat(client.receiveHeader().isOk()).isTrue();
    }

    private static int dataLength(RawClient client) throws IOException {
        client.send(2, new Request.Exists("/large", false));
        WireReader answer = WireReader.of(client.receive());
        assertThat(ReplyHeader.read(answer).isOk()).isTrue();
        return Stat.read(answer).dataLength();
    }
}
