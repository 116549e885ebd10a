package baton.server.transport;

import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetSocketAddress;

/** A port that clients connect to. */
public final class ClientPort {
    private final ServerSocketChannel channel;
    private final ConnectionCount count;

    ClientPort(ServerSocketChannel channel, ConnectionCount count) {
        this.channel = channel;
        this.count = count;
    }

    /** Returns the address that is bound, with the port the system picked if it was asked to. */
    public InetSocketAddress address() {
        return channel.localAddress();
    }

    /** Returns how many connections are open. */
    public int connections() {
        return count.total();
    }

    /** Accepts no more connections, and frees the port. Those that are open stay. */
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
