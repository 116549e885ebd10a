package baton.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.server.config.LimitSettings;
import baton.server.config.Transport;
import baton.server.transport.SocketIo;
import java.util.Optional;

/** What a server over a transport is told by tests that are to hold over every one of them. */
final class TransportUnderTest {
    private TransportUnderTest() {}

    /** Returns the usual limits; skips the test where the transport is not to be had. */
    static LimitSettings limits(Transport transport) {
        Optional<String> obstacle = SocketIo.obstacleTo(transport);
        assumeTrue(obstacle.isEmpty(), () -> "SKIPPED: " + obstacle.orElse(""));
        return LimitSettings.DEFAULT.withTransport(transport);
    }
}
