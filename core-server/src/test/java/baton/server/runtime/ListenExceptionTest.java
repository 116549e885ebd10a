package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.ListenAddress;
import baton.server.config.WantedPort;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What helps is said whatever the system forbids. */
class ListenExceptionTest {
    @Test
    void whereSmallPortsAreForbiddenTheRightIsNamed() {
        assertThat(of(443, "bind(..) failed with error(-13): Permission denied"))
                .hasMessage("cannot listen on 127.0.0.1:443: bind(..) failed with error(-13): Permission denied;"
                        + " below 1024 this takes CAP_NET_BIND_SERVICE: have it, or name a larger port by clientPort");
    }

    @Test
    void whereAnotherPortIsForbiddenThatRightWouldNotHelp() {
        assertThat(of(2181, "bind(..) failed with error(-13): Permission denied"))
                .hasMessage("cannot listen on 127.0.0.1:2181: bind(..) failed with error(-13): Permission denied;"
                        + " have this machine allow that port, as SELinux may not, or name another by clientPort");
    }

    @Test
    void whateverElseFailsTheKeysAreNamed() {
        assertThat(of(2181, "socket(..) failed with error(-97): Address family not supported by protocol"))
                .hasMessage("cannot listen on 127.0.0.1:2181: socket(..) failed with error(-97): Address family not"
                        + " supported by protocol; see to that, or name another port by clientPort, another address by"
                        + " clientPortAddress");
    }

    private static ListenException of(int port, String words) {
        ListenAddress address = new ListenAddress("127.0.0.1", port);
        WantedPort wanted = new WantedPort("clientPort", "clientPortAddress", WantedPort.User.CLIENT, address);
        return ListenException.of(wanted, new IOException(words));
    }
}
