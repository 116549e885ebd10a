package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoopbackPortTest {
    @Test
    void whatIsClaimedCanBeListenedOnButNotClaimedAgain() throws Exception {
        try (LoopbackPort port = LoopbackPort.claim()) {
            assertThat(LoopbackPort.claim(port.number())).isEmpty();

            try (ServerSocket listener =
                    new ServerSocket(port.number(), 1, port.address().getAddress())) {
                assertThat(listener.getLocalSocketAddress()).isEqualTo(port.address());
            }
        }
    }

    @Test
    void aPortThatIsGivenUpCanBeClaimed() {
        LoopbackPort before = LoopbackPort.claim();
        before.close();

        Optional<LoopbackPort> after = LoopbackPort.claim(before.number());

        assertThat(after).hasValueSatisfying(port -> assertThat(port).hasToString(before.toString()));
        after.get().close();
    }

    @Test
    void aPortOnWhichSomebodyListensIsNotClaimed() throws Exception {
        try (LoopbackPort port = LoopbackPort.claim();
                ServerSocket listener =
                        new ServerSocket(port.number(), 1, port.address().getAddress())) {
            port.close();

            assertThat(LoopbackPort.claim(listener.getLocalPort())).isEmpty();
        }
    }
}
