package baton.server.transport;

import static baton.server.transport.ConnectionCount.Admission.ADMITTED;
import static baton.server.transport.ConnectionCount.Admission.TOO_MANY;
import static baton.server.transport.ConnectionCount.Admission.TOO_MANY_OF_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionCountTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @Test
    void letsInAsManyAsAllowedAndOneForEachThatLeaves() throws Exception {
        ConnectionCount count = new ConnectionCount(2, 3, new AtomicInteger());
        InetAddress elsewhere = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});

        assertThat(count.enter(HERE)).isEqualTo(ADMITTED);
        assertThat(count.enter(HERE)).isEqualTo(ADMITTED);
        assertThat(count.enter(HERE)).isEqualTo(TOO_MANY_OF_ADDRESS);
        assertThat(count.enter(elsewhere)).isEqualTo(ADMITTED);
        assertThat(count.enter(elsewhere)).isEqualTo(TOO_MANY);
        count.leave(HERE);
        assertThat(count.enter(elsewhere)).isEqualTo(ADMITTED);
        assertThat(count.total()).isEqualTo(3);
        assertThat(count.refused()).isEqualTo(2);
    }

    @Test
    void portsShareWhatTheyLetInAltogether() {
        AtomicInteger all = new AtomicInteger();
        ConnectionCount plain = new ConnectionCount(0, 2, all);
        ConnectionCount secure = new ConnectionCount(0, 2, all);

        assertThat(plain.enter(HERE)).isEqualTo(ADMITTED);
        assertThat(secure.enter(HERE)).isEqualTo(ADMITTED);
        assertThat(plain.enter(HERE)).isEqualTo(TOO_MANY);
        secure.leave(HERE);
        assertThat(plain.enter(HERE)).isEqualTo(ADMITTED);
        assertThat(plain.total()).isEqualTo(2);
        assertThat(secure.total()).isZero();
    }

    @Test
    void zeroIsNoLimit() {
        ConnectionCount count = new ConnectionCount(0, 0, new AtomicInteger());
        for (int i = 0; i < 1000; i++) {
            assertThat(count.enter(HERE)).isEqualTo(ADMITTED);
        }
    }
}
