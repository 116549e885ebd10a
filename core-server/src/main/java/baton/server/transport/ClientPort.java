package baton.server.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A port that clients connect to. Who closes it does not wait for loops that hang: these do what is left when they come back. */
public final class ClientPort {
    private final Channel channel;
    private final Acceptor acceptor;
    private final List<LoopPort> onLoops;
    private final ConnectionCount count;

    /** @param onLoops what it has on each of the loops, which are some */
    ClientPort(Channel channel, Acceptor acceptor, List<LoopPort> onLoops) {
        this.channel = channel;
        this.acceptor = acceptor;
        this.onLoops = onLoops;
        this.count = onLoops.get(0).count();
    }

    /** Returns the same port, with no connections yet, for whoever lets them in from now on. */
    ClientPort takenOver(Acceptor.Door door, List<LoopPort> itsLoops) {
        ClientPort next = new ClientPort(channel, acceptor, itsLoops);
        acceptor.letInBy(door);
        return next;
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

    /**
     * Closes every connection that came through it, and turns away who comes, until somebody {@linkplain EventLoops#listenAgain
     * listens again}: nobody else can have the port meanwhile.
     */
    public void vacate() {
        acceptor.letInBy(Acceptor::turnAway);
        await(closeConnections());
    }

    /** Frees the port and closes every connection that came through it. */
    public void close() {
        boolean doLoopsTurn = channel.close().awaitUninterruptibly(EventLoops.TURN_SECONDS_MAX, TimeUnit.SECONDS);
        CompletableFuture<?>[] closed = closeConnections();
        if (doLoopsTurn) {
            await(closed);
        }
    }

    private static void await(CompletableFuture<?>... closed) {
        CompletableFuture.allOf(closed)
                .completeOnTimeout(null, EventLoops.TURN_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<?>[] closeConnections() {
        return onLoops.stream().map(LoopPort::close).toArray(CompletableFuture<?>[]::new);
    }
}
