package baton.server.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A port that clients connect to. */
public final class ClientPort {
    private final Channel channel;
    private final ConnectionCount count;
    private final List<LoopPort> onLoops;

    ClientPort(Channel channel, ConnectionCount count, List<LoopPort> onLoops) {
        this.channel = channel;
        this.count = count;
        this.onLoops = onLoops;
    }

    /** Returns the address that is bound, with the port the system picked if it was asked to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
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
        channel.close().addListener(closed -> closeConnections());
    }

    /** Frees the port and closes every connection that came through it. */
    public void close() {
        channel.close().awaitUninterruptibly();
        CompletableFuture.allOf(closeConnections()).join();
    }

    private CompletableFuture<?>[] closeConnections() {
        return onLoops.stream().map(LoopPort::close).toArray(CompletableFuture<?>[]::new);
    }
}
