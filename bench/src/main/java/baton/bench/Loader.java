package baton.bench;

import baton.protocol.ConnectRequest;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of requests in flight on each of several connections, from one thread: a closed loop. Or asks at a
 * fixed rate, whether answers come or not: an open one.
 *
 * <p>Answers come in order on a connection, so a ring of sending times is all the bookkeeping a request needs. Any
 * answer with an error or out of order ends the run: a wrong answer has no speed.
 */
final class Loader implements AutoCloseable {
    /** A side may wait for long while another one is warmed and measured. */
    static final int SESSION_TIMEOUT_MILLIS = 900_000;

    private static final int BUFFER_BYTES = 1 << 18;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** On each connection in an open loop. More than these wait here, and that counts. */
    private static final int OUTSTANDING_MAX = 1 << 10;

    private final @Nullable Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Frames frames;
    private final int outstanding;
    private final long patienceNanos;

    /** Of all connections: what is read is looked at before anything else is. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private long readNanos;
    private Histogram histogram = new Histogram(3);
    private boolean sending;
    private long done;

    Loader(InetSocketAddress server, Workload workload, Frames frames) throws IOException {
        this(server, workload.connections, workload.outstanding, frames);
    }

    Loader(InetSocketAddress server, int size, int outstanding, Frames frames) throws IOException {
        this(server, size, outstanding, frames, PATIENCE_NANOS);
    }

    /** @param patienceNanos after which an answer is missing, when nothing more is asked */
    Loader(InetSocketAddress server, int size, int outstanding, Frames frames, long patienceNanos) throws IOException {
        this.frames = frames;
        this.outstanding = outstanding;
        this.patienceNanos = patienceNanos;
        // One connection is waited for by reading from it: that is cheaper.
        selector = size == 1 ? null : Selector.open();
        for (int at = 0; at < size; at++) {
            connections.add(new Connection(server, at));
        }
    }

    static byte[] connectFrame() {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        new ConnectRequest(0, SESSION_TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false).write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    /** What one window of load gave. */
    record Window(long operations, long nanos, Histogram latencyNanos) {
        double perSecond() {
            return operations * 1e9 / nanos;
        }

        /** As long, in microseconds, so many of a hundred answers took at most. */
        double micros(double percent) {
            return latencyNanos.getValueAtPercentile(percent) / 1e3;
        }
    }

    /** Loads the server for about {@code nanos}, then waits for what is in flight. */
    Window run(long nanos) throws IOException {
        return run(nanos, Long.MAX_VALUE);
    }

    /** As {@link #run(long)}, but only until about so many requests are answered. */
    Window run(long nanos, long operationsMax) throws IOException {
        histogram = new Histogram(3);
        long before = done;
        Window window;
        try (Deadline late = within(Math.min(nanos, Long.MAX_VALUE - patienceNanos) + patienceNanos)) {
            long start = System.nanoTime();
            sending = true;
            for (Connection connection : connections) {
                connection.makeRing(outstanding);
                connection.fill();
            }
            while (System.nanoTime() - start < nanos && done - before < operationsMax) {
                turn();
            }
            window = new Window(done - before, System.nanoTime() - start, histogram.copy());
        }
        sending = false;
        awaitAnswers();
        return window;
    }

    /**
     * Asks so often a second, on one connection after the other, until all that is due in {@code nanos} is answered. The time
     * of an answer counts from when its request was due, so what waits behind a slow one is slow, too. This thread never
     * sleeps meanwhile: it would be late.
     *
     * @throws IllegalStateException if there is one connection only: that is waited for by reading
     */
    Window runAt(double perSecond, long nanos) throws IOException {
        if (selector == null) {
            throw new IllegalStateException("an open loop wants two connections or more");
        }
        histogram = new Histogram(3);
        for (Connection connection : connections) {
            connection.makeRing(OUTSTANDING_MAX);
        }
        long before = done;
        long due = (long) (perSecond * nanos / 1e9);
        long sent = 0;
        long start = System.nanoTime();
        while (done - before < due) {
            long now = System.nanoTime();
            if (now - start > nanos + patienceNanos) {
                throw missing();
            }
            sent = sendDue(sent, Math.min(due, (long) ((now - start) * perSecond / 1e9)), start, perSecond);
            selector.selectNow(this::turnTo);
        }
        return new Window(done - before, System.nanoTime() - start, histogram.copy());
    }

    /** Sends what is due and fits. Returns how many are sent then. */
    private long sendDue(long sent, long due, long start, double perSecond) throws IOException {
        long next = sent;
        while (next < due && connection(next).hasRoom()) {
            connection(next).send(start + (long) (next * 1e9 / perSecond));
            next++;
        }
        for (long at = Math.max(sent, next - connections.size()); at < next; at++) {
            connection(at).flush();
        }
        return next;
    }

    private Connection connection(long request) {
        return connections.get((int) (request % connections.size()));
    }

    private void awaitAnswers() throws IOException {
        long start = System.nanoTime();
        try (Deadline late = within(patienceNanos)) {
            while (connections.stream().anyMatch(Connection::isBusy)) {
                turn();
                if (System.nanoTime() - start > patienceNanos) {
                    throw missing();
                }
            }
        }
    }

    private Deadline within(long nanos) {
        return Deadline.in(nanos, connections.get(0).channel);
    }

    private IOException missing() {
        return new IOException("answers missing " + patienceNanos / 1_000_000 + " ms after the last request was due");
    }

    /** Requests answered since this loader was made. */
    long done() {
        return done;
    }

    /** Asks so many questions, one after the other, and returns how long answers to each kind are, without their length. */
    Map<OpCode, Integer> answerBytes(int questions) throws IOException {
        Map<OpCode, LongSummaryStatistics> bytes = new EnumMap<>(OpCode.class);
        Connection connection = connections.get(0);
        for (int count = 0; count < questions; count++) {
            OpCode asked = connection.ask();
            awaitAnswers();
            bytes.computeIfAbsent(asked, first -> new LongSummaryStatistics()).accept(connection.lastLength);
        }
        Map<OpCode, Integer> average = new EnumMap<>(OpCode.class);
        bytes.forEach((asked, each) -> average.put(asked, (int) each.getAverage()));
        return average;
    }

    private void turn() throws IOException {
        if (selector == null) {
            try {
                connections.get(0).turn();
            } catch (ClosedChannelException late) {
                throw (IOException) missing().initCause(late);
            }
        } else {
            selector.select(this::turnTo, 100);
        }
    }

    private void turnTo(SelectionKey key) {
        try {
            ((Connection) Objects.requireNonNull(key.attachment())).turn();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        if (selector != null) {
            selector.close();
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final int index;
        private final @Nullable SelectionKey key;
        private final FrameCutter answers = new FrameCutter(this::takeAnswer);
        private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private long[] sentNanos = new long[outstanding];
        private int lastSent;
        private int lastAnswered;
        private int lastLength;

        Connection(InetSocketAddress server, int index) throws IOException {
            this.index = index;
            channel = SocketChannel.open(StandardProtocolFamily.INET);
            channel.connect(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.write(ByteBuffer.wrap(connectFrame()));
            ByteBuffer length = ByteBuffer.allocate(4);
            readFully(length);
            readFully(ByteBuffer.allocate(length.getInt(0)));
            key = selector == null ? null : register(selector);
        }

        private SelectionKey register(Selector with) throws IOException {
            channel.configureBlocking(false);
            return channel.register(with, SelectionKey.OP_READ, this);
        }

        private void readFully(ByteBuffer target) throws IOException {
            while (target.hasRemaining()) {
                if (channel.read(target) < 0) {
                    throw new IOException("server closed the connection during the handshake");
                }
            }
        }

        boolean isBusy() {
            return lastSent != lastAnswered;
        }

        /** Has it remember so many requests. Only while none is in flight. */
        void makeRing(int size) {
            if (sentNanos.length != size) {
                sentNanos = new long[size];
            }
        }

        boolean hasRoom() {
            return lastSent - lastAnswered < sentNanos.length;
        }

        void fill() throws IOException {
            while (lastSent - lastAnswered < outstanding) {
                send(System.nanoTime());
            }
            flush();
        }

        /** Returns the request, valid until the next call. */
        private byte[] send(long now) {
            int xid = ++lastSent;
            sentNanos[xid % sentNanos.length] = now;
            byte[] frame = frames.next(index, xid);
            room(frame.length).put(frame);
            return frame;
        }

        OpCode ask() throws IOException {
            byte[] frame = send(System.nanoTime());
            flush();
            return Objects.requireNonNull(OpCode.find(Template.type(frame)));
        }

        private ByteBuffer room(int length) {
            if (out.remaining() < length) {
                out = larger(out, length);
            }
            return out;
        }

        private ByteBuffer larger(ByteBuffer full, int more) {
            return ByteBuffer.allocateDirect(full.capacity() + more).put(full.flip());
        }

        void turn() throws IOException {
            read();
            flush();
        }

        private void read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                throw new IOException("server closed a connection under load");
            }
            in.flip();
            readNanos = System.nanoTime();
            answers.take(in);
        }

        private void takeAnswer(ByteBuffer bytes, int at, int length) throws IOException {
            int xid = bytes.getInt(at);
            int error = bytes.getInt(at + 12);
            if (length < ReplyHeader.BYTES || xid != lastAnswered + 1 || error != 0) {
                throw new IOException("wrong answer: xid=" + xid + " wanted=" + (lastAnswered + 1) + " error=" + error);
            }
            lastAnswered = xid;
            lastLength = length;
            done++;
            histogram.recordValue(readNanos - sentNanos[xid % sentNanos.length]);
            if (sending) {
                send(readNanos);
            }
        }

        void flush() throws IOException {
            if (out.position() == 0) {
                return;
            }
            out.flip();
            channel.write(out);
            if (key != null) {
                key.interestOps(
                        out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
            out.compact();
        }
    }
}
