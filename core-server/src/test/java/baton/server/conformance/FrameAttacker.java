package baton.server.conformance;

import baton.protocol.ConnectRequest;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/**
 * Sends frames that are nearly right, some on each connection: real requests {@linkplain SpoiltRequests spoilt}, with
 * lengths and numbers that lie, now and then noise without any frame, or a handshake as bad. Takes all answers and looks at
 * none.
 *
 * <p>The same seed sends the same bytes; how far a connection gets before it is cut is up to the server. Used by one thread.
 */
final class FrameAttacker {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int NOISE_ONE_IN = 1_000;
    private static final int ODD_XID_ONE_IN = 20;
    private static final int BAD_HANDSHAKE_ONE_IN = 20;

    private final int port;
    private final SpoiltRequests spoilt;
    private final byte[] answers = new byte[64 << 10];
    private long answeredBytes;

    FrameAttacker(int port, long seed) {
        this.port = port;
        spoilt = new SpoiltRequests(seed);
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
        byte[] body = spoilt.oneIn(BAD_HANDSHAKE_ONE_IN) ? spoilt.spoilt(plain.toArray()) : plain.toArray();
        out.int32(body.length).raw(body, 0, body.length);
    }

    private void write(WireWriter out) {
        if (spoilt.oneIn(NOISE_ONE_IN)) {
            byte[] noise = spoilt.noise();
            out.raw(noise, 0, noise.length);
        } else if (spoilt.oneIn(NOISE_ONE_IN)) {
            SentRequest request = spoilt.sound();
            out.int32(spoilt.oddNumber())
                    .int32(request.xid())
                    .int32(request.type())
                    .raw(request.body(), 0, request.body().length);
        } else {
            SentRequest request = spoilt.next();
            int xid = spoilt.oneIn(ODD_XID_ONE_IN) ? spoilt.oddNumber() : request.xid();
            new SentRequest(xid, request.type(), request.body(), "").write(out);
        }
    }
}
