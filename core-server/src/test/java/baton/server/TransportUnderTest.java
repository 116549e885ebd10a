package baton.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import baton.server.config.Transport;
import baton.server.transport.SocketIo;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** What a server over a transport is told by tests that are to hold over every one of them. */
final class TransportUnderTest {
    private TransportUnderTest() {}

    /** Returns the usual limits; skips the test where the transport is not to be had. */
    static LimitSettings limits(Transport transport) {
        Optional<String> obstacle = SocketIo.obstacleTo(transport);
        assumeTrue(obstacle.isEmpty(), () -> "SKIPPED: " + obstacle.orElse(""));
        return LimitSettings.DEFAULT.withTransport(transport);
    }

    /** Returns a port that speaks TLS alone, with the certificate; beside it the first one takes both. */
    static SecurePort secured(TestCertificate certificate) {
        TlsSettings tls = TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)
                .withClientAuth(ClientAuth.NONE);
        return new SecurePort(ListenAddress.EPHEMERAL, true, tls);
    }

    /** Returns what lets a client trust that certificate. */
    static SSLContext trusting(TestCertificate certificate, String protocol)
            throws GeneralSecurityException, TlsException {
        SSLContext context = SSLContext.getInstance(protocol);
        context.init(
                null,
                StoreFile.of(certificate.certificatePem(), Secret.EMPTY).trust().getTrustManagers(),
                null);
        return context;
    }
}
