package baton.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Waits for the first bytes of a connection on a port that takes both, and puts TLS before the rest if they begin it. */
final class TlsChoice extends ByteToMessageDecoder {
    private static final int CONTENT_HANDSHAKE = 0x16;
    private static final int MAJOR_VERSION = 0x03;
    private static final int BYTES = 2;

    private final Runnable encrypt;

    /** @param encrypt puts what encrypts behind this handler */
    TlsChoice(Runnable encrypt) {
        this.encrypt = encrypt;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < BYTES) {
            return;
        }
        int at = in.readerIndex();
        // A plain client's first length has a zero there; a four-letter word has letters.
        if (in.getUnsignedByte(at) == CONTENT_HANDSHAKE && in.getUnsignedByte(at + 1) == MAJOR_VERSION) {
            encrypt.run();
        }
        // What was read so far goes on to whoever is next now.
        context.pipeline().remove(this);
    }
}
