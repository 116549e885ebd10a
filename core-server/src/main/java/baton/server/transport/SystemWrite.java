package baton.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Has the system gather the pieces: one call, and nothing of them is copied before. */
final class SystemWrite implements GatheringWrite {
    /** An address and a length, of eight bytes each at most. */
    private static final int PLACE_BYTES = 16;

    // The collector takes its memory back: nobody closes what a loop has.
    private final IovArray places =
            new IovArray(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(Pieces.MAX * PLACE_BYTES))
                    .setIndex(0, 0));

    private final Piece addPlace = this::add;

    /** 0 if it is not known: without {@code Unsafe} only the array can tell. */
    private long lastAddress;

    private int lastLength;

    @Override
    public long write(Channel channel, Pieces pieces) throws IOException {
        places.clear();
        pieces.forEach(addPlace);
        FileDescriptor socket = ((UnixChannel) channel).fd();
        return places.count() == 1 && lastAddress != 0
                ? socket.writeAddress(lastAddress, 0, lastLength)
                : socket.writevAddresses(places.memoryAddress(0), places.count());
    }

    private void add(ByteBuf buffer, int at, int length) {
        places.add(buffer, at, length);
        lastAddress = buffer.hasMemoryAddress() ? buffer.memoryAddress() + at : 0;
        lastLength = length;
    }
}
