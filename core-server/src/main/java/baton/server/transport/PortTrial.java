package baton.server.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** Finds out whether a port can be had, and leaves it: nobody can connect meanwhile, to wait for an answer. */
public final class PortTrial {
    private PortTrial() {}

    /**
     * Binds the address for a moment.
     *
     * @throws IOException as whoever wants to listen there will get; he may get one all the same, if somebody comes first
     */
    public static void require(InetSocketAddress address) throws IOException {
        // One that never listens: else it would be there for whoever dials now.
        try (SocketChannel trial = SocketChannel.open()) {
            // As those have it that listen: connections that have ended are not in the way.
            trial.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            trial.bind(address);
        }
    }
}
