package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.server.config.Descriptors;
import baton.server.config.LimitSettings;
import baton.server.config.Transport;
import baton.server.transport.EventLoops.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A port between two servers: who comes is sent away, and neither of them learns of him. */
class ClientPortTest {
    private static final int WAIT_MILLIS = 60_000;

    private final EventLoops loops =
            new EventLoops(1, SocketIo.NIO, Descriptors.UNLIMITED, Executors.defaultThreadFactory(), failure -> {});
    private final AtomicInteger served = new AtomicInteger();

    @AfterEach
    void stop() {
        loops.close();
    }

    @Test
    void sendsAwayWhoComesWhileItIsVacant() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClientPort port = loops.listen(loopback, new Security.Plain(), LimitSettings.DEFAULT, channel -> {
            served.incrementAndGet();
            throw new IllegalStateException("nobody is to be served");
        });
        port.vacate();

        try (Socket late = new Socket()) {
            late.setSoTimeout(WAIT_MILLIS);
            assertThatThrownBy(() -> {
                        late.connect(port.address());
                        late.getInputStream().read();
                    })
                    .as("a reset, by when it is connected or a little later")
                    .isInstanceOf(SocketException.class);
        }

        assertThat(served).hasValue(0);
        port.close();
    }

    @ParameterizedTest
    @EnumSource
    void leavesTheLastDescriptorsToOthers(Transport transport) throws IOException {
        assumeTrue(SocketIo.obstacleTo(transport).isEmpty());
        EventLoops crowded = new EventLoops(
                1,
                SocketIo.of(transport),
                new Descriptors(OptionalLong.of(1)),
                Executors.defaultThreadFactory(),
                failure -> {});
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClientPort port = crowded.listen(loopback, new Security.Plain(), LimitSettings.DEFAULT, channel -> {
            served.incrementAndGet();
            throw new IllegalStateException("nobody is to be served");
        });

        try (Socket late = new Socket()) {
            late.setSoTimeout(WAIT_MILLIS);
            late.connect(port.address());

            assertThat(late.getInputStream().read()).isEqualTo(-1);
        }

        assertThat(served).hasValue(0);
        assertThat(port.refused()).isEqualTo(1);
        port.close();
        crowded.close();
    }
}
