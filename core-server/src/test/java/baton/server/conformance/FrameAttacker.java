package baton.server.conformance;

import baton.protocol.ConnectRequest;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames that are nearly right on one connection after another: real requests with bytes flipped, cut, spliced, with
 * lengths and numbers that lie, now and then noise without any frame. Takes all answers and looks at none.
 *
 * <p>The same seed sends the same bytes; how far a connection gets before it is cut is up to the server. Used by one thread.
 */
final class FrameAttacker implements AutoCloseable {
    private static final int[] ODD_NUMBERS = {
        0, 1, -1, -2, -4, -8, 2, 7, 0xff, 0xffff, 0xfffff, 0x100000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int NOISE_BYTES_MAX = 200;
    private static final int NOISE_ONE_IN = 1_000;

    private final int port;
    private final Random random;
    private final RequestStream stream;
    private final Deque<SentRequest> requests = new ArrayDeque<>();
    private final AtomicLong answeredBytes = new AtomicLong();
    private byte[] last = new byte[0];
    private Socket socket;
    private volatile @Nullable Socket ended;
    private int cutOffs;

    FrameAttacker(int port, long seed) throws IOException {
        this.port = port;
        random = new Random(seed);
        stream = new RequestStream(seed);
        socket = connected();
    }

    /** Sends so many frames, on a new connection if the server has ended the old one. */
    void send(int frames) throws IOException {
        WireWriter burst = new WireWriter();
        for (int i = 0; i < frames; i++) {
            write(burst);
        }
        byte[] bytes = burst.toArray();
        try {
            if (ended == socket) {
                connectAgain();
            }
            socket.getOutputStream().write(bytes);
        } catch (IOException cut) {
            connectAgain();
        }
    }

    private void connectAgain() throws IOException {
        cutOffs++;
        socket.close();
        socket = connected();
    }

    /** Connections that the server has ended. */
    int cutOffs() {
        return cutOffs;
    }

    long answeredBytes() {
        return answeredBytes.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void write(WireWriter out) {
        SentRequest request = nextRequest();
        if (random.nextInt(NOISE_ONE_IN) == 0) {
            byte[] noise = noise();
            out.raw(noise, 0, noise.length);
        } else if (random.nextInt(NOISE_ONE_IN) == 0) {
            out.int32(oddNumber())
                    .int32(request.xid())
                    .int32(request.type())
                    .raw(request.body(), 0, request.body().length);
        } else {
            int xid = random.nextInt(20) == 0 ? oddNumber() : request.xid();
            int type = random.nextInt(20) == 0 ? random.nextInt(120) - 15 : request.type();
            new SentRequest(xid, type, spoilt(request.body()), "").write(out);
        }
        last = request.body();
    }

    private byte[] spoilt(byte[] body) {
        return switch (random.nextInt(8)) {
            case 0 -> flipped(body);
            case 1 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 2 -> joined(body, noise());
            case 3 -> numbered(body);
            case 4 -> joined(Arrays.copyOf(body, random.nextInt(body.length + 1)), last);
            default -> body;
        };
    }

    private byte[] flipped(byte[] body) {
        byte[] other = body.clone();
        for (int i = 0; other.length > 0 && i <= random.nextInt(4); i++) {
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return other;
    }

    /** Puts a number that lies where a length or a count may be. */
    private byte[] numbered(byte[] body) {
        if (body.length < Integer.BYTES) {
            return body;
        }
        byte[] other = body.clone();
        int at = random.nextInt(other.length - Integer.BYTES + 1);
        int number = oddNumber();
        for (int i = 0; i < Integer.BYTES; i++) {
            other[at + i] = (byte) (number >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
        }
        return other;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(NOISE_BYTES_MAX)];
        random.nextBytes(noise);
        return noise;
    }

    private int oddNumber() {
        return ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
    }

    private SentRequest nextRequest() {
        while (requests.isEmpty()) {
            if (stream.next(0) instanceof Step.Ask ask) {
                requests.addAll(ask.requests());
            }
        }
        return requests.remove();
    }

    private Socket connected() throws IOException {
        Socket fresh = new Socket(InetAddress.getLoopbackAddress(), port);
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        new ConnectRequest(0, TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false).write(out);
        out.endFrame(mark);
        fresh.getOutputStream().write(out.toArray());
        Thread reader = new Thread(() -> readAll(fresh), "answers to an attacker");
        reader.setDaemon(true);
        reader.start();
        return fresh;
    }

    private void readAll(Socket from) {
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = from.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answeredBytes.addAndGet(read);
            }
        } catch (IOException cut) {
            // The server may end this connection in any way it likes.
        } finally {
            ended = from;
        }
    }
}
