package baton.bench;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.Request;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    private static final int SESSION_TIMEOUT_MILLIS = 40_000;
    private static final ConnectRequest NEW_SESSION =
            new ConnectRequest(0, SESSION_TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false);
    private static final long PATIENCE_NANOS = 60_000_000_000L;
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

    /** Everybody asks for a session, or takes up the one they had. Returns once all have it. */
    void connect() throws IOException {
        for (Client client : clients) {
            client.connect();
        }
        awaitFrames(1);
    }

    /** As {@link #connect}, but so few at a time that the backlog of the server's port, of Apache's 50, holds them. */
    void gather() throws IOException {
        for (int from = 0; from < clients.size(); from += BACKLOG) {
            List<Client> some = clients.subList(from, Math.min(clients.size(), from + BACKLOG));
            for (Client client : some) {
                client.connect();
            }
            awaitFrames(some, 1);
        }
    }

    /** Connections that the server has ended before it gave a session or whose session it has lost: they were made again. */
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
            client.write(ByteBuffer.wrap(frames));
        }
    }

    /** Everybody sends bytes of their own, which hold one or more frames. */
    void sayEach(IntFunction<byte[]> frames) throws IOException {
        for (int at = 0; at < clients.size(); at++) {
            clients.get(at).write(ByteBuffer.wrap(frames.apply(at)));
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
        long waiting = those.stream().filter(Client::isWaiting).count();
        while (waiting > 0) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                Client client = (Client) key.attachment();
                boolean waited = client.isWaiting();
                client.read();
                waiting += (client.isWaiting() ? 1 : 0) - (waited ? 1 : 0);
            }
            selector.selectedKeys().clear();
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException(
                        waiting + " of " + clients.size() + " clients have waited for an answer too long");
            }
        }
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
        private boolean stuck;
        private boolean ending;
        private int wanted;
        private int got;

        Client() throws IOException {}

        void connect() throws IOException {
            if (!channel.isOpen()) {
                channel = SocketChannel.open();
            }
            channel.connect(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            connecting = true;
            in.clear();
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

        void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        boolean isWaiting() {
            return got - wanted < 0;
        }

        void read() throws IOException {
            int count = channel.read(in);
            if (count < 0 && ending) {
                channel.close();
                got = wanted;
                return;
            }
            if (count < 0) {
                wanted += connecting ? 0 : 1;
                connectAgain();
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
            connecting = false;
            claim = session.sessionId() == 0
                    ? NEW_SESSION
                    : new ConnectRequest(0, SESSION_TIMEOUT_MILLIS, session.sessionId(), session.password(), false);
            return session.sessionId() != 0;
        }

        private void connectAgain() throws IOException {
            refusals++;
            channel.close();
            connect();
        }
    }
}
