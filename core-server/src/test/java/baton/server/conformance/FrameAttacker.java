package baton.server.conformance;

import baton.protocol.ConnectRequest;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/**
 * Sends frames that are nearly right, some on each connection: real requests with bytes flipped, cut, spliced, with
 * lengths and numbers that lie, now and then noise without any frame, or a handshake as bad. Takes all answers and looks at
 * none.
 *
 * <p>The same seed sends the same bytes; how far a connection gets before it is cut is up to the server. Used by one thread.
 */
final class FrameAttacker {
    private static final int[] ODD_NUMBERS = {
        0, 1, -1, -2, -4, -8, 2, 7, 0xff, 0xffff, 0xfffff, 0x100000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int NOISE_BYTES_MAX = 200;
    private static final int NOISE_ONE_IN = 1_000;
    private static final int UNKNOWN_ONE_IN = 200;
    private static final int BAD_HANDSHAKE_ONE_IN = 20;

    private final int port;
    private final Random random;
    private final RequestStream stream;
    private final Deque<SentRequest> requests = new ArrayDeque<>();
    private final byte[] answers = new byte[64 << 10];
    private byte[] last = new byte[0];
    private long answeredBytes;

    FrameAttacker(int port, long seed) {
        this.port = port;
        random = new Random(seed);
        stream = new RequestStream(seed);
    }

    /**
     * Sends so many frames over a connection of their own, and listens until the server has ended that: by then it has
     * looked at all of them, or at one behind which it looks at none.
     */
    void attack(int frames) throws IOException {
        WireWriter burst = new WireWriter();
        writeHandshake(burst);
        for (int i = 0; i < frames; i++) {
            write(burst);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(burst.toArray());
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            for (int read = in.read(answers); read >= 0; read = in.read(answers)) {
                answeredBytes += read;
            }
        } catch (SocketException cut) {
            // The server may end this connection in any way it likes, but end it must.
        }
    }

    long answeredBytes() {
        return answeredBytes;
    }

    private void writeHandshake(WireWriter out) {
        WireWriter plain = new WireWriter();
        new ConnectRequest(0, TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false).write(plain);
        boolean isBad = random.nextInt(BAD_HANDSHAKE_ONE_IN) == 0;
        byte[] body = isBad ? spoilt(plain.toArray()) : plain.toArray();
        out.int32(body.length).raw(body, 0, body.length);
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
            int type = random.nextInt(UNKNOWN_ONE_IN) == 0 ? random.nextInt(120) - 15 : request.type();
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
}
