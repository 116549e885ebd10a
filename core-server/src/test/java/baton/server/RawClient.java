package baton.server;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A socket that says whatever a test wants said. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    /** Less than a server waits for one that says nothing, unless told otherwise. */
    private static final int CUT_OFF_MILLIS = 8_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    public RawClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Speaks through a socket that is connected. */
    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Connects and asks for a session. */
    public static RawClient withSession(int port, int timeoutMillis) throws IOException {
        RawClient client = new RawClient(port);
        client.connect(new ConnectRequest(0, timeoutMillis, 0, ConnectRequest.NO_PASSWORD, false));
        return client;
    }

    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Asks for a session, and returns what is answered. */
    public ConnectResponse connect(ConnectRequest request) throws IOException {
        sendFrame(request::write);
        return ConnectResponse.read(WireReader.of(receive()));
    }

    /** Sends whatever it is with its length. */
    void sendFrame(Content content) throws IOException {
        send(frame(content));
    }

    public void send(int xid, Request request) throws IOException {
        send(request(xid, request));
    }

    /** Returns the bytes of a request with its length. */
    public static byte[] request(int xid, Request request) {
        return frame(writer -> {
            new RequestHeader(xid, request.opCode()).write(writer);
            request.write(writer);
        });
    }

    /** Receives an answer, and returns its header. */
    public ReplyHeader receiveHeader() throws IOException {
        return ReplyHeader.read(WireReader.of(receive()));
    }

    /** Receives a frame without its length. */
    public byte[] receive() throws IOException {
        return receive(receiveLength());
    }

    /** Receives the length of a frame. */
    int receiveLength() throws IOException {
        return in.readInt();
    }

    /** Receives so many bytes. */
    byte[] receive(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** Receives everything up to the end of the connection. */
    public String receiveAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /**
     * Says whether the server has closed the connection, and waits until it does.
     *
     * @throws java.net.SocketTimeoutException if it has not by when it might do so because this client is silent
     */
    public boolean isCutOff() throws IOException {
        try {
            socket.setSoTimeout(CUT_OFF_MILLIS);
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** As {@link #isCutOff}, for somebody who may well not be. */
    boolean isCutOffWithin(int millis) throws IOException {
        try {
            socket.setSoTimeout(millis);
            return in.read() < 0;
        } catch (SocketTimeoutException stillThere) {
            return false;
        }
    }

    /** Says no more, and goes on listening. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes the connection by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    interface Content {
        void write(WireWriter out);
    }

    static byte[] frame(Content content) {
        WireWriter writer = new WireWriter();
        int mark = writer.beginFrame();
        content.write(writer);
        writer.endFrame(mark);
        return writer.toArray();
    }
}
