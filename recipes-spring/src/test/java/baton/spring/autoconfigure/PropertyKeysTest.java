package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PropertyKeysTest {
    private final PropertyKeys keys = PropertyKeys.of(BatonProperties.class, "baton");

    @Test
    void knowsEveryKeyByTheNameUsersWrite() {
        assertThat(keys.patterns())
                .contains(
                        "baton.session-timeout",
                        "baton.start.wait",
                        "baton.lock.wait",
                        "baton.auth.digest.username",
                        "baton.leader.roles.*.lease-policy");
    }

    @Test
    void findsTheKeyThatWasMeant() {
        assertThat(keys.nearest("baton.session-timout")).isEqualTo(Optional.of("baton.session-timeout"));
        assertThat(keys.nearest("baton.leader.roles.reports.pth"))
                .isEqualTo(Optional.of("baton.leader.roles.reports.path"));
        assertThat(keys.nearest("baton.etcd.user")).isEqualTo(Optional.of("baton.etcd.username"));
        assertThat(keys.nearest("baton.connect-string")).isEqualTo(Optional.of("baton.connect"));
    }

    @Test
    void suggestsNothingForAnotherWord() {
        assertThat(keys.nearest("baton.banana")).isEmpty();
    }
}
