package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.config.AuthSettings;
import baton.server.config.ConnectionSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionProof;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever learns number and password of a session in which somebody proved to be somebody can do nothing in it. */
@Timeout(60)
class SessionBindingTest {
    private static final Request ANYTHING = new Request.Exists("/", false);

    /** The owner, too, has to prove in this time who he is. */
    private static final int HANDSHAKE_MILLIS = 5_000;

    private BatonServer server;
    private RawClient owner;
    private ConnectResponse session;

    private void openAsAlice(LimitSettings limits) throws Exception {
        AuthSettings bound = AuthSettings.DEFAULT.withSessions(new SessionProof(null, true));
        server = BatonServer.start(ServerSettings.inMemory()
                .withFeatures(FeatureSettings.DEFAULT.withAuth(bound))
                .withLimits(limits));
        owner = new RawClient(server.port());
        session = owner.connect(new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false));
        assertEquals(0, proof(owner, "alice:secret"));
        assertEquals(0, call(owner, ANYTHING));
    }

    @AfterEach
    void stop() throws IOException {
        owner.close();
        server.close();
    }

    @Test
    void theOwnerGoesOnAfterProvingAgainWhoHeIs() throws Exception {
        openAsAlice(LimitSettings.DEFAULT);

        goOn();
    }

    private void goOn() throws IOException {
        try (RawClient back = takeUp()) {
            assertEquals(0, proof(back, "alice:secret"));

            assertEquals(0, call(back, ANYTHING));
        }
    }

    @Test
    void anybodyElseIsCutOffAtTheFirstRequest() throws Exception {
        openAsAlice(LimitSettings.DEFAULT);

        try (RawClient thief = takeUp()) {
            assertEquals(0, proof(thief, "mallory:secret"));

            assertEquals(ErrorCode.AUTH_FAILED.code(), call(thief, ANYTHING));

            assertThat(thief.isCutOff()).isTrue();
        }
        goOn();
    }

    @Test
    void whoProvesNothingIsCutOffInTime() throws Exception {
        openAsAlice(LimitSettings.DEFAULT.withConnections(
                ConnectionSettings.DEFAULT.withHandshakeMillis(HANDSHAKE_MILLIS)));

        try (RawClient silent = takeUp()) {
            assertThat(silent.isCutOff()).isTrue();
        }
    }

    private RawClient takeUp() throws IOException {
        RawClient client = new RawClient(server.port());
        ConnectResponse taken =
                client.connect(new ConnectRequest(0, 30_000, session.sessionId(), session.password(), false));
        assertEquals(session.sessionId(), taken.sessionId());
        return client;
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
