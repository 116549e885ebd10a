package baton.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on an address, and gives each connection that comes up to a loop, which then lets it in before anything is read
 * from it. If none can be accepted, as for want of file descriptors, it pauses for a second rather than try on and on.
 */
final class Acceptor implements PassingOn {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    private static final int PAUSE_SECONDS = 1;

    /** Who may come in, and how. */
    interface Door {
        /** Called on the connection's loop, once, before anything is read from it. */
        void letIn(Channel accepted);

        /** Says whether there is room for one more. Called on the port's loop, as soon as a connection comes up. */
        default boolean hasRoomFor(Channel accepted) {
            return true;
        }
    }

    private final EventLoopGroup group;
    private final LastResort lastResort;

    // Written by whoever opens the port and hands it over, read by the loops.
    private volatile Door door;

    Acceptor(EventLoopGroup group, Door door, LastResort lastResort) {
        this.group = group;
        this.lastResort = lastResort;
        this.door = door;
    }

    /** Has others let in those who come from now on; who is on his way may still come to the ones before. */
    void letInBy(Door next) {
        door = next;
    }

    /** Tells a client at once that it is not let in, and leaves nothing waiting on our side. */
    static void turnAway(Channel accepted) {
        accepted.config().setOption(ChannelOption.SO_LINGER, 0);
        accepted.close();
    }

    /**
     * Binds the address and accepts from now on. To be called once.
     *
     * @throws IOException if the address cannot be bound; nothing is left behind then
     */
    Channel listen(SocketIo io, InetSocketAddress address, int backlog) throws IOException {
        try {
            ServerChannel channel = io.serverChannel();
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
            channel.pipeline().addLast(this);
            // Closes it if that fails.
            require(group.register(channel));
            try {
                require(channel.bind(address));
            } catch (IOException e) {
                channel.close().awaitUninterruptibly();
                throw e;
            }
            return channel;
        } catch (ChannelException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void require(ChannelFuture step) throws IOException {
        if (!step.awaitUninterruptibly().isSuccess()) {
            throw new IOException(String.valueOf(step.cause().getMessage()), step.cause());
        }
    }

    /** The first handler of a connection, until it has its own. */
    private final class Entrance implements PassingOn {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            try {
                door.letIn(context.channel());
            } catch (ChannelException e) {
                log.debug("lost a connection before it was let in because={}", e.toString());
                context.close();
            } catch (RuntimeException | Error e) {
                // First, as there may be no memory for the line; nobody else would, and not even the peer's leaving
                // ends it.
                context.close();
                lastResort.lookAt(e);
                log.error("closed a connection that could not be let in", e);
            } finally {
                if (!context.isRemoved()) {
                    context.pipeline().remove(this);
                }
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel accepted = (Channel) message;
        if (!door.hasRoomFor(accepted)) {
            accepted.unsafe().closeForcibly();
            return;
        }
        accepted.pipeline().addLast(new Entrance());
        ChannelFuture registered = group.register(accepted);
        registered.addListener(done -> {
            if (!done.isSuccess()) {
                accepted.unsafe().closeForcibly();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lastResort.lookAt(cause);
        log.warn("cannot accept connections, pausing seconds={} because={}", PAUSE_SECONDS, cause.toString());
        Channel channel = context.channel();
        if (channel.config().isAutoRead()) {
            channel.config().setAutoRead(false);
            channel.eventLoop().schedule(() -> channel.config().setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
