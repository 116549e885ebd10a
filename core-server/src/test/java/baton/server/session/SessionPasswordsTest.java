package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.tls.Secret;
import org.junit.jupiter.api.Test;

class SessionPasswordsTest {
    private final SessionPasswords keyed = SessionPasswords.keyed(Secret.of("0123456789abcdef"));

    @Test
    void keyedOnesAreTheSameWithTheSameKeyOnly() {
        SessionPasswords same = SessionPasswords.keyed(Secret.of("0123456789abcdef"));
        SessionPasswords other = SessionPasswords.keyed(Secret.of("0123456789abcdeg"));

        assertThat(keyed.of(1).size()).isEqualTo(ConnectRequest.PASSWORD_BYTES);
        assertThat(keyed.of(1)).isEqualTo(same.of(1)).isNotEqualTo(other.of(1));
        assertThat(keyed.of(1)).isNotEqualTo(keyed.of(2)).isNotEqualTo(SessionPasswords.classic(1));
    }

    @Test
    void whoShowsAnyOtherDoesNotKnowIt() {
        byte[] almost = keyed.of(1).toArray();
        almost[ConnectRequest.PASSWORD_BYTES - 1] ^= 1;

        assertThat(keyed.isShown(1, keyed.of(1))).isTrue();
        assertThat(keyed.isShown(1, Bytes.wrap(almost))).isFalse();
        assertThat(keyed.isShown(1, Bytes.EMPTY)).isFalse();
        assertThat(keyed.isShown(1, keyed.of(2))).isFalse();
    }
}
