package baton.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Has the system gather the pieces: one call, and nothing of them is copied before. */
final class SystemWrite implements GatheringWrite {
    /** An address and a length, of eight bytes each: Netty has code of the system's for no machine where they are less. */
    private static final int PLACE_BYTES = 16;

    // The collector takes its memory back: nobody closes what a loop has.
    private final ByteBuffer places =
            ByteBuffer.allocateDirect(Pieces.MAX * PLACE_BYTES).order(ByteOrder.nativeOrder());

    private final long placesAddress = Buffer.memoryAddress(places);

    private final Piece addPlace = new Piece() {
        @Override
        public void take(ByteBuf buffer, int at, int length) {
            if (buffer.hasMemoryAddress()) {
                places.putLong(buffer.memoryAddress() + at).putLong(length);
            } else {
                take(buffer.internalNioBuffer(at, length));
            }
        }

        @Override
        public void take(ByteBuffer lent) {
            places.putLong(Buffer.memoryAddress(lent) + lent.position()).putLong(lent.remaining());
        }
    };

    @Override
    public long write(Channel channel, Pieces pieces) throws IOException {
        places.clear();
        pieces.forEach(addPlace);
        FileDescriptor socket = ((UnixChannel) channel).fd();
        return places.position() == PLACE_BYTES
                ? socket.writeAddress(places.getLong(0), 0, (int) places.getLong(Long.BYTES))
                : socket.writevAddresses(placesAddress, places.position() / PLACE_BYTES);
    }
}
