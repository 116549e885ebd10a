package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.client.TlsOptions;
import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a profile says about TLS and identities is used at etcd, or refused; never left out in silence. */
class NoZnodesTest {
    private static final Target ETCD = Target.of("etcd://127.0.0.1:2379", Duration.ofSeconds(10));

    @Test
    void keysThatCannotBeReadAreRefused() {
        TlsOptions tls = TlsOptions.trusting(StoreFile.of(Path.of("/no/such/ca.pem"), Secret.EMPTY));

        assertThatThrownBy(() -> NoZnodes.open(ETCD.withTls(tls)))
                .isInstanceOf(WrongUsageException.class)
                .hasMessageContaining("/no/such/ca.pem");
    }

    @Test
    void namesAreAlwaysChecked() {
        TlsOptions jdk = new TlsOptions(null, null, TlsOptions.NameCheck.REQUIRED);

        assertThatCode(() -> NoZnodes.open(ETCD.withTls(jdk))).doesNotThrowAnyException();
        assertThatThrownBy(() -> NoZnodes.open(ETCD.withTls(jdk.withoutNameCheck())))
                .isInstanceOf(WrongUsageException.class)
                .hasMessageContaining("check-names = false");
    }

    @Test
    void aLoginIsTakenAndOtherIdentitiesAreNot() {
        assertThat(NoZnodes.open(as(Target.SASL, "root:secret"))).isNotNull();
        assertThatThrownBy(() -> NoZnodes.open(as(Target.SASL, "root"))).hasMessageContaining("user:password");
        assertThatThrownBy(() -> NoZnodes.open(as("digest", "root:secret")))
                .isInstanceOf(WrongUsageException.class)
                .hasMessageContaining("no identity of scheme digest");
    }

    private static Target as(String scheme, String proof) {
        return ETCD.with(new Request.Auth(0, scheme, Bytes.utf8(proof)));
    }
}
