package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.config.IdentitySettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one identity may have, of a whole server. */
@Timeout(60)
class IdentityLimitsTest {
    private static final IdentitySettings NARROW = new IdentitySettings(2, 1, 0);

    private BatonServer server;

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory().withLimits(LimitSettings.DEFAULT.withIdentities(NARROW)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aConnectionTooManyOfOneIdentityIsTurnedAwayAndNobodyElse() throws Exception {
        RawClient first = RawClient.withSession(server.port(), 30_000);
        try (RawClient second = RawClient.withSession(server.port(), 30_000);
                RawClient third = RawClient.withSession(server.port(), 30_000);
                RawClient other = RawClient.withSession(server.port(), 30_000)) {
            assertEquals(0, proof(first, "alice:secret"));
            assertEquals(0, proof(first, "alice:secret"));
            assertEquals(0, proof(second, "alice:secret"));

            assertEquals(ErrorCode.AUTH_FAILED.code(), proof(third, "alice:secret"));
            assertThat(third.isCutOff()).isTrue();
            assertEquals(0, proof(other, "bob:secret"));
            assertEquals(0, call(first, new Request.Exists("/", false)));

            first.close();
            await().until(() -> mayCome("alice:secret"));
        }
    }

    @Test
    void whoeverProvesToBeTooManyIsTurnedAway() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 30_000)) {
            int proofs = 0;
            while (proofs < 200 && proof(client, "user" + proofs + ":secret") == 0) {
                proofs++;
            }

            // His address counts, too.
            assertThat(proofs).isEqualTo(99);
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void whoMakesNodesTooFastIsRefusedOverAnotherConnectionToo() throws Exception {
        try (RawClient first = RawClient.withSession(server.port(), 30_000);
                RawClient second = RawClient.withSession(server.port(), 30_000)) {
            // Whoever has anything left may make any number: what these are too many comes back within minutes.
            assertEquals(
                    0, call(first, new Request.Multi(List.of(create("/a"), create("/b"), create("/c"), create("/d")))));

            assertEquals(ErrorCode.QUOTA_EXCEEDED.code(), call(second, create("/e")));
            assertEquals(0, call(second, new Request.Delete("/a", -1)));
        }
    }

    private boolean mayCome(String userAndPassword) throws IOException {
        try (RawClient client = RawClient.withSession(server.port(), 30_000)) {
            return proof(client, userAndPassword) == 0;
        }
    }

    private static Request.MultiOp create(String path) {
        return new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, 0);
    }

    private static int proof(RawClient client, String userAndPassword) throws IOException {
        client.send(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8(userAndPassword)));
        return client.receiveHeader().error();
    }

    private static int call(RawClient client, Request request) throws IOException {
        client.send(1, request);
        return client.receiveHeader().error();
    }
}
