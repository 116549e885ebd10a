package baton.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes what leaves a connection straight to its socket, without a queue before it. For a batch of answers that the socket
 * takes at once, which is nearly every one, that queue would cost more than the answers do.
 *
 * <p>Confined to a loop, whose connections share it.
 */
@FunctionalInterface
public interface GatheringWrite {
    /** Leaves everything to the queue. */
    GatheringWrite NONE = (channel, pieces) -> 0;

    /**
     * Writes as much as the socket takes at once. Nothing waits before it.
     *
     * @param channel open, and not encrypted
     * @return number of bytes it took; nobody has changed the pieces
     * @throws IOException if the socket takes nothing any more
     */
    long write(Channel channel, Pieces pieces) throws IOException;

    /** What is written, in order: up to {@link #MAX} pieces, none of them empty. */
    @FunctionalInterface
    interface Pieces {
        int MAX = 33;

        void forEach(Piece taker);
    }

    /** A part of a buffer. */
    @FunctionalInterface
    interface Piece {
        void take(ByteBuf buffer, int at, int length);

        /** Takes what remains in direct memory, whose position stays. */
        default void take(ByteBuffer lent) {
            ByteBuf wrapped = Unpooled.wrappedBuffer(lent);
            take(wrapped, 0, wrapped.readableBytes());
            wrapped.release();
        }
    }
}
