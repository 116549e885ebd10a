package baton.bench;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.Request;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Many clients that say the same thing at the same time, and wait together. Confined to one thread.
 *
 * <p>Frames that come are counted and, but for the answers to connect requests, not looked at.
 */
final class Crowd implements AutoCloseable {
    private static final ConnectRequest NEW_SESSION =
            new ConnectRequest(0, Loader.SESSION_TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false);
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** After which a client without an answer to its connect request tries anew, as those with a session timeout of 10 s do. */
    private static final long CONNECT_PATIENCE_NANOS = 10_000_000_000L;

    private static final long CHECK_NANOS = 1_000_000_000;
    private static final int BACKLOG = 40;
    private static final int BUFFER_BYTES = 1 << 12;

    private final InetSocketAddress server;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private int refusals;

    Crowd(InetSocketAddress server, int size) throws IOException {
        this.server = server;
        selector = Selector.open();
        for (int i = 0; i < size; i++) {
            clients.add(new Client());
        }
    }

    /** Everybody asks for a session at once, or takes up the one they had. Returns once all have it. */
    void connect() throws IOException {
        for (int from = 0; from < clients.size(); from += BACKLOG) {
            for (Client client : some(from)) {
                client.connect();
            }
            // Who is connected says so at once: servers do not wait for long for those who say nothing.
            selector.selectNow();
            takeTurns();
        }
        awaitFrames(1);
    }

    /** As {@link #connect}, but so few at a time that the backlog of the server's port, of Apache's 50, holds them. */
    void gather() throws IOException {
        for (int from = 0; from < clients.size(); from += BACKLOG) {
            for (Client client : some(from)) {
                client.connect();
            }
            awaitFrames(some(from), 1);
        }
    }

    private List<Client> some(int from) {
        return clients.subList(from, Math.min(clients.size(), from + BACKLOG));
    }

    /** Connections that were ended or not answered before there was a session, or whose session was lost: made again. */
    int refusals() {
        return refusals;
    }

    /** Everybody's session ends, and nobody comes back. */
    void end() throws IOException {
        for (Client client : clients) {
            client.ending = true;
        }
        say(Workload.frame(Request.CloseSession.INSTANCE));
        awaitFrames(1);
    }

    /** Everybody's connection ends without a word. */
    void cut() throws IOException {
        for (Client client : clients) {
            client.channel.close();
        }
        selector.selectNow();
    }

    /** Everybody sends these bytes, which hold one or more frames. */
    void say(byte[] frames) throws IOException {
        for (Client client : clients) {
            client.say(frames);
        }
    }

    /** Everybody sends bytes of their own, which hold one or more frames. */
    void sayEach(IntFunction<byte[]> frames) throws IOException {
        for (int at = 0; at < clients.size(); at++) {
            clients.get(at).say(frames.apply(at));
        }
    }

    /**
     * Everybody asks the question as often as wanted or until no more of it is taken, and nobody looks at the answers,
     * now or later.
     *
     * @return how many questions were taken
     */
    long askWithoutListening(byte[] frame, int times) throws IOException {
        long taken = 0;
        for (Client client : clients) {
            taken += client.ask(frame, times);
        }
        return taken;
    }

    /** Waits until everybody has got so many more frames. */
    void awaitFrames(int count) throws IOException {
        awaitFrames(clients, count);
    }

    private void awaitFrames(List<Client> those, int count) throws IOException {
        for (Client client : those) {
            client.wanted += count;
        }
        long start = System.nanoTime();
        long checked = start;
        long waiting = those.stream().filter(Client::isWaiting).count();
        while (waiting > 0) {
            selector.select(100);
            waiting += takeTurns();
            if (System.nanoTime() - checked > CHECK_NANOS) {
                checked = System.nanoTime();
                for (Client client : those) {
                    client.connectAgainIfLate();
                }
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException(
                        waiting + " of " + clients.size() + " clients have waited for an answer too long");
            }
        }
    }

    /** Everybody with something to read reads it. Returns how many more wait then. */
    private int takeTurns() throws IOException {
        int more = 0;
        for (SelectionKey key : selector.selectedKeys()) {
            Client client = (Client) key.attachment();
            boolean waited = client.isWaiting();
            client.turn();
            more += (client.isWaiting() ? 1 : 0) - (waited ? 1 : 0);
        }
        selector.selectedKeys().clear();
        return more;
    }

    @Override
    public void close() throws IOException {
        cut();
        selector.close();
    }

    private final class Client {
        private ConnectRequest claim = NEW_SESSION;
        private SocketChannel channel = SocketChannel.open();
        private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
        private boolean connecting;
        private long connectNanos;
        private boolean stuck;
        private boolean ending;
        private byte[] said = {};
        private boolean unanswered;
        private int wanted;
        private int got;

        Client() throws IOException {}

        void connect() throws IOException {
            if (!channel.isOpen()) {
                channel = SocketChannel.open();
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            connecting = true;
            connectNanos = System.nanoTime();
            in.clear();
            if (channel.connect(server)) {
                claim();
            } else {
                channel.register(selector, SelectionKey.OP_CONNECT, this);
            }
        }

        private void claim() throws IOException {
            channel.register(selector, SelectionKey.OP_READ, this);
            WireWriter out = new WireWriter();
            int mark = out.beginFrame();
            claim.write(out);
            out.endFrame(mark);
            write(ByteBuffer.wrap(out.toArray()));
        }

        /** A frame of which the server has taken a part only is never ended. */
        int ask(byte[] frame, int times) throws IOException {
            for (int count = 0; count < times; count++) {
                if (stuck || channel.write(ByteBuffer.wrap(frame)) < frame.length) {
                    stuck = true;
                    return count;
                }
            }
            return times;
        }

        void say(byte[] frames) throws IOException {
            said = frames;
            write(ByteBuffer.wrap(frames));
        }

        private void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        boolean isWaiting() {
            return got - wanted < 0;
        }

        void turn() throws IOException {
            try {
                if (channel.isConnected()) {
                    read();
                } else if (channel.finishConnect()) {
                    claim();
                }
            } catch (SocketException reset) {
                takeEnd();
            }
        }

        private void read() throws IOException {
            int count = channel.read(in);
            if (count < 0) {
                takeEnd();
                return;
            }
            in.flip();
            while (in.remaining() >= Integer.BYTES && in.remaining() >= Integer.BYTES + in.getInt(in.position())) {
                byte[] frame = new byte[in.getInt()];
                in.get(frame);
                if (connecting && !takeSession(frame)) {
                    connectAgain();
                    return;
                }
                got++;
            }
            if (unanswered && !connecting) {
                unanswered = false;
                say(said);
            }
            if (in.remaining() >= Integer.BYTES && Integer.BYTES + in.getInt(in.position()) > in.capacity()) {
                in = ByteBuffer.allocate(2 * (Integer.BYTES + in.getInt(in.position())))
                        .put(in);
            } else {
                in.compact();
            }
        }

        /** Returns whether there is a session. */
        private boolean takeSession(byte[] frame) {
            ConnectResponse session = ConnectResponse.read(WireReader.of(frame));
            connecting = session.sessionId() == 0;
            claim = connecting
                    ? NEW_SESSION
                    : new ConnectRequest(
                            0, Loader.SESSION_TIMEOUT_MILLIS, session.sessionId(), session.password(), false);
            return !connecting;
        }

        private void takeEnd() throws IOException {
            if (ending) {
                channel.close();
                got = wanted;
            } else {
                connectAgain();
            }
        }

        void connectAgainIfLate() throws IOException {
            if (connecting && System.nanoTime() - connectNanos > CONNECT_PATIENCE_NANOS) {
                connectAgain();
            }
        }

        /** Who waited for an answer asks again, once there is a session. */
        private void connectAgain() throws IOException {
            if (!connecting) {
                unanswered = isWaiting();
                wanted++;
            }
            refusals++;
            channel.close();
            connect();
        }
    }
}
