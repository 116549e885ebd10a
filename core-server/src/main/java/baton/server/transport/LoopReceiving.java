package baton.server.transport;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much to read at once from the sockets of a loop, by one measure for all: they are read one after the other, and an
 * idle connection of ten thousand need not have a measure of its own.
 */
final class LoopReceiving implements RecvByteBufAllocator {
    private final Handle handle = new AdaptiveRecvByteBufAllocator()
            .maxMessagesPerRead(SocketIo.READS_AT_ONCE_MAX)
            .newHandle();

    @Override
    public Handle newHandle() {
        return handle;
    }
}
