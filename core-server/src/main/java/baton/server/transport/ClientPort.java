package baton.server.transport;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetSocketAddress;

/** A port that clients connect to. */
public final class ClientPort {
    private final ServerSocketChannel channel;
    private final ConnectionCount count;
    private final ChannelGroup open;

    ClientPort(ServerSocketChannel channel, ConnectionCount count, ChannelGroup open) {
        this.channel = channel;
        this.count = count;
        this.open = open;
    }

    /** Returns the address that is bound, with the port the system picked if it was asked to. */
    public InetSocketAddress address() {
        return channel.localAddress();
    }

    /** Returns how many connections are open. */
    public int connections() {
        return count.total();
    }

    /** Returns how many connections were turned away because there were too many. */
    public long refused() {
        return count.refused();
    }

    /** Begins to close, without waiting for it. Callable from any thread. */
    public void cutOff() {
        channel.close().addListener(closed -> open.close());
    }

    /** Frees the port and closes every connection that came through it. */
    public void close() {
        channel.close().awaitUninterruptibly();
        open.close().awaitUninterruptibly();
    }
}
