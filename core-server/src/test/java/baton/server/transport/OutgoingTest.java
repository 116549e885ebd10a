package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final String ALL = "aLENTbcLENTLENTd";

    private final ByteBuffer names =
            ByteBuffer.allocateDirect(4).put(bytes("LENT")).flip().asReadOnlyBuffer();
    private final Socket socket = new Socket();
    private final Queue queue = new Queue();
    private final Outgoing outgoing = new Outgoing(queue, socket);

    @AfterEach
    void close() {
        outgoing.drop();
        queue.finishAndReleaseAll();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void add(String text) {
        outgoing.add(bytes(text), text.length());
    }

    private void addAll() {
        add("a");
        outgoing.lend(names, 0);
        add("b");
        add("cd");
        outgoing.lend(names, 1);
        outgoing.lend(names, 1);
    }

    @Test
    void whatTheSocketTakesIsNotQueued() {
        addAll();
        outgoing.flush();

        assertThat(socket.taken).isEqualTo(ALL);
        assertThat(queue.outboundMessages()).isEmpty();
        assertThat(outgoing.isEmpty()).isTrue();
    }

    @Test
    void whatTheSocketDoesNotTakeIsQueuedBehindIt() {
        for (int room = 0; room < ALL.length(); room++) {
            socket.taken = "";
            socket.room = room;
            addAll();
            outgoing.flush();

            assertThat(socket.taken).isEqualTo(ALL.substring(0, room));
            assertThat(queue.taken()).isEqualTo(ALL.substring(room));
        }
    }

    @Test
    void nothingOvertakesWhatWaits() {
        queue.takes = false;
        socket.room = 3;
        addAll();
        outgoing.flush();
        socket.room = Integer.MAX_VALUE;
        add("next");
        outgoing.flush();

        assertThat(socket.taken).isEqualTo(ALL.substring(0, 3));
        assertThat(outgoing.takenBytes()).isEqualTo(3);
        queue.takes = true;
        queue.flush();
        assertThat(queue.taken()).isEqualTo(ALL.substring(3) + "next");
        add("straight");
        outgoing.flush();
        assertThat(socket.taken).endsWith("straight");
        assertThat(outgoing.takenBytes()).isEqualTo(ALL.length() + "nextstraight".length());
    }

    @Test
    void theSocketSeesNothingThatIsToBeEncrypted() {
        outgoing.encrypt();
        addAll();
        outgoing.flush();

        assertThat(socket.asked).isFalse();
        assertThat(queue.taken()).isEqualTo(ALL);
    }

    @Test
    void aClosedSocketIsNotWrittenTo() {
        addAll();
        queue.close();
        outgoing.flush();

        assertThat(socket.asked).isFalse();
        assertThat(queue.taken()).isEmpty();
    }

    @Test
    void whatASocketRefusesIsLeftToTheQueueToFind() {
        socket.breaks = true;
        addAll();
        outgoing.flush();

        assertThat(queue.taken()).isEqualTo(ALL);
    }

    @Test
    void whatIsAnsweredBecauseTheQueueHasRoomAgainLeavesBehindItAndOnce() {
        queue.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        socket.room = 3;
        queue.onRoom = () -> {
            queue.onRoom = () -> {};
            socket.room = Integer.MAX_VALUE;
            add("answer");
            outgoing.flush();
        };
        addAll();
        outgoing.flush();

        assertThat(queue.taken()).isEqualTo(ALL.substring(3));
        assertThat(socket.taken).isEqualTo(ALL.substring(0, 3) + "answer");
        assertThat(outgoing.isEmpty()).isTrue();
    }

    @Test
    void moreIsLentThanTheSocketIsGivenAtOnceOnlyByWhoDoesNotFlush() {
        int lent = 0;
        while (!outgoing.isMuch()) {
            add("x");
            outgoing.lend(names, 0);
            lent++;
        }
        add("x");
        outgoing.flush();

        assertThat(socket.taken).isEqualTo("xLENT".repeat(lent) + "x");
        assertThat(socket.pieces).isLessThanOrEqualTo(GatheringWrite.Pieces.MAX);
    }

    /** Takes as much as there is room for. */
    private static final class Socket implements GatheringWrite {
        private String taken = "";
        private int room = Integer.MAX_VALUE;
        private int pieces;
        private boolean asked;
        private boolean breaks;

        @Override
        public long write(Channel channel, Pieces all) throws IOException {
            asked = true;
            if (breaks) {
                throw new IOException("reset");
            }
            StringBuilder text = new StringBuilder();
            pieces = 0;
            all.forEach((buffer, at, length) -> {
                assertThat(length).isPositive();
                text.append(buffer.toString(at, length, StandardCharsets.US_ASCII));
                pieces++;
            });
            text.setLength(Math.min(room, text.length()));
            taken += text;
            return text.length();
        }
    }

    /** Takes what is written to it, or leaves it waiting. */
    private static final class Queue extends EmbeddedChannel {
        private boolean takes = true;
        private Runnable onRoom = () -> {};

        Queue() {
            pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext context) {
                    if (isWritable()) {
                        onRoom.run();
                    }
                }
            });
        }

        private String taken() {
            StringBuilder all = new StringBuilder();
            for (ByteBuf each = readOutbound(); each != null; each = readOutbound()) {
                all.append(each.toString(StandardCharsets.US_ASCII));
                each.release();
            }
            return all.toString();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (takes) {
                super.doWrite(waiting);
            }
        }
    }
}
