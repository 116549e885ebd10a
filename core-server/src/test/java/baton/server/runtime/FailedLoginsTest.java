package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private final FailedLogins logins = new FailedLogins();

    @Test
    void guessingTakesLongerAndLonger() throws Exception {
        InetAddress guesser = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        InetAddress other = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});

        assertThat(logins.countMillis(guesser)).isEqualTo(100);
        assertThat(logins.countMillis(guesser)).isEqualTo(200);
        assertThat(logins.countMillis(guesser)).isEqualTo(400);
        for (int i = 0; i < 20; i++) {
            logins.countMillis(guesser);
        }
        assertThat(logins.countMillis(guesser)).isEqualTo(FailedLogins.WAIT_MILLIS_MAX);
        assertThat(logins.countMillis(other)).isEqualTo(FailedLogins.WAIT_MILLIS_FIRST);
    }
}
