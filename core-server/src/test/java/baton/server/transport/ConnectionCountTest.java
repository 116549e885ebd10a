package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ConnectionCountTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @Test
    void letsInAsManyAsAllowedAndOneForEachThatLeaves() throws Exception {
        ConnectionCount count = new ConnectionCount(2, 3);
        InetAddress elsewhere = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});

        assertThat(count.enter(HERE)).isTrue();
        assertThat(count.enter(HERE)).isTrue();
        assertThat(count.enter(HERE)).isFalse();
        assertThat(count.enter(elsewhere)).isTrue();
        assertThat(count.enter(elsewhere)).isFalse();
        count.leave(HERE);
        assertThat(count.enter(elsewhere)).isTrue();
        assertThat(count.total()).isEqualTo(3);
    }

    @Test
    void zeroIsNoLimit() {
        ConnectionCount count = new ConnectionCount(0, 0);
        for (int i = 0; i < 1000; i++) {
            assertThat(count.enter(HERE)).isTrue();
        }
    }
}
