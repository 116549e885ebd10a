package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.testkit.LoopbackPort;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkZnodesTest {
    @Test
    void whoHasLittlePatienceIsNotToldToWait() throws Exception {
        Notes notes = new Notes();
        try (LoopbackPort port = LoopbackPort.claim();
                Znodes znodes = NetworkZnodes.open(
                        new Target(
                                "127.0.0.1:" + port.number(),
                                Duration.ofSeconds(5),
                                List.of(),
                                null,
                                Duration.ofMillis(1),
                                false),
                        notes)) {
            assertThatThrownBy(() -> znodes.ask(Znodes.Scope.CHROOT, "/", new Request.Exists("/", false)))
                    .isInstanceOf(NotConnectedException.class);
        }

        assertThat(notes.noted).isEmpty();
    }

    private static final class Notes implements ShellEvents {
        private final List<String> noted = new ArrayList<>();

        @Override
        public void nodeChanged(EventType type, String path, long zxid) {}

        @Override
        public void connectionChanged(KeeperState state) {}

        @Override
        public void noted(String text) {
            noted.add(text);
        }
    }
}
