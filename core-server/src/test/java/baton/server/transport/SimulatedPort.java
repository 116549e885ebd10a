package baton.server.transport;

import baton.server.config.LimitSettings;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets connections in that are none of the system's: the production channel over whatever loop and socket a test has. */
public final class SimulatedPort {
    private SimulatedPort() {}

    /** Makes a loop of production over an event loop of a test. */
    public static TransportLoop loop(EventLoop eventLoop, int index) {
        return loop(eventLoop, index, GatheringWrite.NONE);
    }

    /** Makes one whose sockets are written to by the test's own means while nothing waits for them. */
    public static TransportLoop loop(EventLoop eventLoop, int index, GatheringWrite socketWrite) {
        return loop(eventLoop, index, socketWrite, failure -> {});
    }

    static TransportLoop loop(EventLoop eventLoop, int index, GatheringWrite socketWrite, LastResort lastResort) {
        List<TransportLoop> alone = new ArrayList<>();
        TransportLoop loop = new TransportLoop(eventLoop, index, alone, SocketIo.NIO, socketWrite, lastResort);
        alone.add(loop);
        return loop;
    }

    /** Makes a port that counts nobody. */
    static LoopPort port(TransportLoop loop, LimitSettings limits) {
        return new LoopPort(loop, limits, new Complaints(), new ConnectionCount(0, 0, new AtomicInteger()));
    }

    /** Serves an accepted connection. To be called on its loop, before it is registered there. */
    public static void accept(
            Channel socket,
            InetSocketAddress remote,
            TransportLoop loop,
            LimitSettings limits,
            ClientInput.Factory inputs) {
        socket.pipeline().addLast(new ClientChannel(socket, remote, port(loop, limits), inputs));
    }
}
