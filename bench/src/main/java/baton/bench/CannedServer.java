package baton.bench;

import baton.protocol.Bytes;
import baton.protocol.ConnectResponse;
import baton.protocol.OpCode;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A server that does nothing but answer, in one thread: to each kind of request always the same bytes, as many as a real
 * server's; long ones are not even copied. Of requests that write it appends as many bytes as they have, and syncs once for
 * all that it has read in a turn.
 *
 * <p>What a loader gets out of it nobody gets out of a server on the same machine.
 */
final class CannedServer {
    private static final int IN_BYTES = 1 << 18;
    private static final int SHARED_BYTES_MIN = 4 << 10;
    private static final int LOG_BYTES = 1 << 26;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int SESSION_TIMEOUT_MILLIS = 30_000;
    private static final int PASSWORD_BYTES = 16;
    private static final byte[] SESSION = session();
    private static final int SRVR =
            ByteBuffer.wrap("srvr".getBytes(StandardCharsets.US_ASCII)).getInt();

    private final Map<OpCode, ByteBuffer> answers;
    private final FileChannel log;
    private final Selector selector = Selector.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final List<Client> asking = new ArrayList<>();
    private long unsynced;

    private CannedServer(Map<OpCode, ByteBuffer> answers, Path directory) throws IOException {
        this.answers = answers;
        log = FileChannel.open(
                directory.resolve("log"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        // Syncs are quickest into blocks that were written before.
        append(LOG_BYTES);
        log.force(true);
        log.position(0);
    }

    /** Serves until it is killed: {@code GET_DATA=188 ... zoo.cfg}, a number of bytes for each kind of request. */
    public static void main(String[] arguments) throws IOException {
        int last = arguments.length - 1;
        Map<OpCode, ByteBuffer> answers = new EnumMap<>(OpCode.class);
        for (String each : List.of(arguments).subList(0, last)) {
            String[] pair = each.split("=", 2);
            answers.put(OpCode.valueOf(pair[0]), ByteBuffer.allocateDirect(Integer.parseInt(pair[1])));
        }
        Properties config = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[last]))) {
            config.load(reader);
        }
        new CannedServer(answers, Path.of(config.getProperty("dataDir")))
                .serve(new InetSocketAddress(
                        config.getProperty("clientPortAddress"), Integer.parseInt(config.getProperty("clientPort"))));
    }

    /** Returns how {@link #main} is told so. */
    static List<String> words(Map<OpCode, Integer> answerBytes) {
        return answerBytes.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
    }

    private void serve(InetSocketAddress address) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(address);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        while (true) {
            selector.select(this::turnTo);
            if (unsynced > 0) {
                append(unsynced);
                log.force(false);
                unsynced = 0;
            }
            for (Client client : asking) {
                client.flush();
            }
            asking.clear();
        }
    }

    private void turnTo(SelectionKey key) {
        try {
            if (key.attachment() instanceof Client client) {
                client.read();
                asking.add(client);
            } else {
                SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                new Client(channel);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes so many bytes, and begins anew where the file would grow. */
    private void append(long bytes) throws IOException {
        for (long rest = bytes; rest > 0; rest -= chunk.limit()) {
            chunk.clear().limit((int) Math.min(rest, CHUNK_BYTES));
            if (log.position() + chunk.limit() > LOG_BYTES) {
                log.position(0);
            }
            while (chunk.hasRemaining()) {
                log.write(chunk);
            }
        }
    }

    private final class Client {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final FrameCutter cutter = new FrameCutter(this::take);
        private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
        private ByteBuffer out = ByteBuffer.allocateDirect(IN_BYTES);
        private int waitingTo;
        private boolean connected;

        Client(SocketChannel channel) throws IOException {
            this.channel = channel;
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                channel.close();
                return;
            }
            in.flip();
            if (!connected && in.remaining() == Integer.BYTES && in.getInt(0) == SRVR) {
                channel.write(ByteBuffer.wrap("Mode: canned\n".getBytes(StandardCharsets.US_ASCII)));
                channel.close();
                return;
            }
            cutter.take(in);
        }

        private void take(ByteBuffer bytes, int at, int length) throws IOException {
            if (!connected) {
                connected = true;
                room(SESSION.length).put(SESSION);
                return;
            }
            int code = bytes.getInt(at + Integer.BYTES);
            OpCode opCode = OpCode.find(code);
            ByteBuffer answer = opCode == null ? null : answers.get(opCode);
            if (opCode == null || answer == null) {
                throw new IOException("no answer is known to requests of type " + code);
            }
            room(2 * Integer.BYTES).putInt(answer.capacity()).putInt(bytes.getInt(at));
            ByteBuffer rest = answer.duplicate().position(Integer.BYTES);
            if (rest.remaining() < SHARED_BYTES_MIN) {
                room(rest.remaining()).put(rest);
            } else {
                endPiece();
                waiting.add(rest);
            }
            if (opCode.isWrite()) {
                unsynced += Integer.BYTES + length;
            }
        }

        private void endPiece() {
            if (out.position() > waitingTo) {
                waiting.add(out.duplicate().flip().position(waitingTo));
                waitingTo = out.position();
            }
        }

        private ByteBuffer room(int length) {
            if (out.remaining() < length) {
                out = ByteBuffer.allocateDirect(2 * (out.capacity() + length)).put(out.flip());
            }
            return out;
        }

        void flush() throws IOException {
            if (!channel.isOpen()) {
                return;
            }
            endPiece();
            channel.write(waiting.toArray(ByteBuffer[]::new));
            while (!waiting.isEmpty() && !waiting.getFirst().hasRemaining()) {
                waiting.removeFirst();
            }
            if (waiting.isEmpty()) {
                out.clear();
                waitingTo = 0;
            }
            key.interestOps(waiting.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private static byte[] session() {
        WireWriter frame = new WireWriter();
        int mark = frame.beginFrame();
        new ConnectResponse(0, SESSION_TIMEOUT_MILLIS, 1, Bytes.wrap(new byte[PASSWORD_BYTES]), false, true)
                .write(frame);
        frame.endFrame(mark);
        return frame.toArray();
    }
}
