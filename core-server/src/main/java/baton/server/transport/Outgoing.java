package baton.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent on one connection: kept in order until it is flushed, and counted until the client has taken it.
 *
 * <p>Answers are gathered in one buffer. What is {@linkplain #lend lent} has its place in it and leaves from where it is, and
 * what is {@linkplain #share shared} with others is but a reference while nothing else is sent.
 *
 * <p>Confined to the connection's loop.
 */
final class Outgoing implements GatheringWrite.Pieces {
    private static final int GATHERED_BYTES = 64 << 10;
    private static final int GATHERED_BYTES_MIN = 512;
    private static final int LENT_MAX = MAX / 2;

    /** What leaves when so many bytes of what was gathered have left. */
    private record Lent(int at, ByteBuffer bytes) {}

    private final Channel channel;
    private final GatheringWrite socket;

    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;

    /** Made for the first that is: most connections have none. */
    private @Nullable List<Lent> lent;

    private int lentBytes;

    /** What this client, like many others, waits for and nothing else. */
    private @Nullable SharedFrames shared;

    /** How much the next answers will be: as much as the last ones, so that their buffer need not grow. */
    private int expectedBytes = GATHERED_BYTES_MIN;

    private boolean encrypted;
    private long flushedBytes;

    /** @param socket writes to the channel as long as nothing waits there */
    Outgoing(Channel channel, GatheringWrite socket) {
        this.channel = channel;
        this.socket = socket;
    }

    /** From now on what is flushed is not what the socket gets. */
    void encrypt() {
        encrypted = true;
    }

    /** Says whether there is nothing to flush. */
    boolean isEmpty() {
        return shared == null && bytes() == 0;
    }

    /** Says whether so much is gathered that a system call of its own is worth it. */
    boolean isMuch() {
        return bytes() >= GATHERED_BYTES || lent != null && lent.size() >= LENT_MAX;
    }

    private int bytes() {
        return lentBytes + gathered.readableBytes();
    }

    /** Adds the first bytes of the array, which are copied. */
    void add(byte[] bytes, int length) {
        gatherShared();
        if (length > 0) {
            room(length);
            gathered.writeBytes(bytes, 0, length);
        }
    }

    /**
     * Adds what is neither copied nor changed by anybody.
     *
     * @param bytes direct memory
     * @param before so many of the bytes that were added last
     */
    void lend(ByteBuffer bytes, int before) {
        gatherShared();
        List<Lent> all = lent;
        if (all == null) {
            all = new ArrayList<>();
            lent = all;
        }
        all.add(new Lent(gathered.writerIndex() - before, bytes));
        lentBytes += bytes.remaining();
    }

    /** Adds a frame that many others get too. */
    void share(SharedFrames frame) {
        SharedFrames before = shared;
        if (before != null && before.bytes() < GATHERED_BYTES) {
            shared = before.then(frame);
        } else if (isEmpty()) {
            shared = frame;
        } else {
            gatherShared();
            gather(frame);
        }
    }

    private void gatherShared() {
        SharedFrames first = shared;
        if (first != null) {
            shared = null;
            gather(first);
        }
    }

    private void gather(SharedFrames frames) {
        room(frames.bytes());
        frames.writeTo(gathered);
    }

    private void room(int length) {
        if (!gathered.isReadable()) {
            // What waits for a slow client must not hold more than it is: only that is counted.
            int likely = unwrittenBytes() == 0 ? expectedBytes : GATHERED_BYTES_MIN;
            gathered = channel.alloc().directBuffer(Math.max(length, likely));
        }
    }

    /** Gives all of it to the socket, or to what waits for it. */
    void flush() {
        gatherShared();
        // Forgotten soon if it does not come again.
        expectedBytes = Math.max(Math.min(gathered.readableBytes(), GATHERED_BYTES), expectedBytes - expectedBytes / 8);
        flushedBytes += bytes();
        long taken = takenAtOnce();
        boolean isWhole = taken == bytes();
        if (!isWhole) {
            forEach(new Rest(taken));
        }
        drop();
        if (!isWhole) {
            // Once that is done the client may be listened to again, and answered.
            channel.flush();
        }
    }

    private long takenAtOnce() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        // There is no queue any more when the socket is closed, and its number may be another's.
        if (encrypted || waiting == null || waiting.totalPendingWriteBytes() > 0) {
            return 0;
        }
        try {
            return socket.write(channel, this);
        } catch (IOException e) {
            // It will be no other by way of the queue, and that deals with it.
            return 0;
        }
    }

    @Override
    public void forEach(GatheringWrite.Piece taker) {
        int from = 0;
        if (lent != null) {
            for (Lent each : lent) {
                if (each.at > from) {
                    taker.take(gathered, from, each.at - from);
                    from = each.at;
                }
                taker.take(each.bytes);
            }
        }
        if (gathered.writerIndex() > from) {
            taker.take(gathered, from, gathered.writerIndex() - from);
        }
    }

    /** Queues what the socket did not take. */
    private final class Rest implements GatheringWrite.Piece {
        private long taken;

        Rest(long taken) {
            this.taken = taken;
        }

        @Override
        public void take(ByteBuf buffer, int at, int length) {
            int gone = (int) Math.min(taken, length);
            taken -= gone;
            if (gone < length) {
                channel.write(buffer.retainedSlice(at + gone, length - gone), channel.voidPromise());
            }
        }
    }

    /** Forgets what was not flushed. */
    void drop() {
        shared = null;
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
        if (lent != null) {
            lent.clear();
            lentBytes = 0;
        }
    }

    /** Number of bytes that were flushed and wait for the client, with what it costs to have them wait. */
    long unwrittenBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /**
     * Number of bytes the client has taken of what was flushed; costs a look at everything that waits.
     *
     * <p>With TLS it is approximate: what waits is longer than what was flushed, by some 20 to 30 bytes a record. A client
     * that takes no more than these of what comes meanwhile seems to take nothing.
     */
    long takenBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            return flushedBytes;
        }
        Waiting waiting = new Waiting();
        try {
            buffer.forEachFlushedMessage(waiting);
        } catch (Exception bug) {
            throw new IllegalStateException("cannot count what waits", bug);
        }
        return flushedBytes - waiting.bytes;
    }

    /** Sums up what waits, without what it costs to have it wait: that grows with every event, be it ever so small. */
    private static final class Waiting implements ChannelOutboundBuffer.MessageProcessor {
        private long bytes;

        @Override
        public boolean processMessage(Object message) {
            bytes += ((ByteBuf) message).readableBytes();
            return true;
        }
    }
}
