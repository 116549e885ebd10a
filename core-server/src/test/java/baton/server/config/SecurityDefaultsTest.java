package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.TlsSettings.ClientAuth;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a server allows if nobody said anything, as one list. */
class SecurityDefaultsTest {
    private static final ServerSettings OURS = ServerSettings.of(ListenAddress.DEFAULT, new StorageSettings.Memory());

    @Test
    void clientsComeFromThisMachineOnly() {
        assertThat(ListenAddress.DEFAULT.isLoopback()).isTrue();
        assertThat(ListenAddress.EPHEMERAL.isLoopback()).isTrue();
    }

    @Test
    void operatorsAreServedOnThisMachineOnly() {
        assertThat(AdminSettings.DEFAULT.listen().isLoopback()).isTrue();
        assertThat(AdminSettings.DEFAULT.metrics()).isNull();
        assertThat(OURS.admin()).isEqualTo(AdminSettings.NONE);
    }

    @Test
    void strangersMaySayOneWordAndNobodyAHeavyOne() {
        assertThat(WordAccess.DEFAULT.fromElsewhere()).isEqualTo(Set.of("srvr"));
        assertThat(WordAccess.DEFAULT.fromLoopback())
                .doesNotContain("*", "wchp", "wchc", "dump", "cons", "stmk", "crst");
    }

    @Test
    void nothingIsLeftOpenThatHasAName() {
        assertThat(Stream.of(Exposure.values()).filter(each -> each.isIn(OURS))).isEmpty();
    }

    @Test
    void aFileOpensThePortThatItNames() throws ConfigException {
        ServerSettings ofFile = ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d"))
                .settings();

        assertThat(Stream.of(Exposure.values()).filter(each -> each.isIn(ofFile)))
                .containsExactly(Exposure.CLIENT_PORT_PLAIN);
    }

    @Test
    void listsAreEnforcedAndNobodyStandsAboveThem() {
        AuthSettings auth = OURS.features().auth();

        assertThat(auth.aclChecked()).isTrue();
        assertThat(auth.superDigest()).isNull();
        assertThat(auth.x509SuperUser()).isNull();
        assertThat(auth.sasl().superUsers()).isEmpty();
    }

    @Test
    void tlsIsNewAndWantsACertificate() {
        TlsSettings tls = TlsSettings.of(StoreFile.of(Path.of("a.p12"), Secret.EMPTY), null);

        assertThat(tls.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(tls.clientAuth()).isEqualTo(ClientAuth.NEED);
        assertThat(tls.revocation()).isEqualTo(Revocation.UNCHECKED);
    }

    @Test
    void everyLimitIsThere() {
        LimitSettings limits = OURS.limits();

        assertThat(limits.frameBytesMax()).isEqualTo(1_048_575);
        assertThat(limits.listBytesMax()).isEqualTo(1_048_575);
        assertThat(limits.connections().perAddressMax()).isEqualTo(60);
        assertThat(limits.connections().max()).isEqualTo(10_000);
        assertThat(limits.connections().handshakeMillis()).isEqualTo(10_000);
        assertThat(limits.flow()).isEqualTo(new FlowSettings(10_000, 64 << 20, 64 << 20, 30_000));
        assertThat(limits.holdings()).isEqualTo(new HoldingSettings(100_000, 50_000, 100_000, 20_000_000, 2_000, 2, 1));
    }
}
