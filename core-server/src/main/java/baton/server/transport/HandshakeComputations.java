package baton.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The computations of one connection's handshake, which another thread does. Stands before the encryption, and while they go on
 * holds back that the client says no more: the encryption forgets at that what it has not looked at yet, which may be the end
 * of the handshake and all that the client wanted. Confined to the loop.
 */
final class HandshakeComputations extends ChannelInboundHandlerAdapter implements Executor {
    private final Executor elsewhere;
    private final Executor loop;
    private int unfinished;

    /** Passes on what is held back. */
    private @Nullable Runnable heldBack;

    HandshakeComputations(Executor elsewhere, Executor loop) {
        this.elsewhere = elsewhere;
        this.loop = loop;
    }

    @Override
    public void execute(Runnable computation) {
        unfinished++;
        elsewhere.execute(() -> {
            try {
                // Has the encryption go on, on the loop, before the loop is told here.
                computation.run();
            } finally {
                loop.execute(this::finished);
            }
        });
    }

    private void finished() {
        unfinished--;
        Runnable due = heldBack;
        if (unfinished == 0 && due != null) {
            heldBack = null;
            due.run();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && unfinished > 0) {
            heldBack = () -> context.fireUserEventTriggered(event);
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
