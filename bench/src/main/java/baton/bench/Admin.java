package baton.bench;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;

/** A plain blocking connection that prepares and checks what the loader does not measure. Confined to one thread. */
final class Admin implements AutoCloseable {
    private final java.net.Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private int xid;
    private boolean ended;

    Admin(InetSocketAddress server) throws IOException {
        socket = new java.net.Socket();
        socket.setTcpNoDelay(true);
        socket.connect(server, 5_000);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
        out.write(Loader.connectFrame());
        readFrame();
    }

    /** Creates an empty persistent node; present is fine. */
    void ensure(String path) throws IOException {
        send(List.of(new Request.Create(path, Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT)));
        ReplyHeader header = ReplyHeader.read(WireReader.of(readFrame()));
        if (!header.isOk() && header.errorCode() != ErrorCode.NODE_EXISTS) {
            throw new IOException("create " + path + " answered error " + header.error());
        }
    }

    Response call(Request request) throws IOException {
        send(List.of(request));
        return read(request);
    }

    void callAll(List<Request> requests) throws IOException {
        send(requests);
        for (Request request : requests) {
            read(request);
        }
    }

    private void send(List<Request> requests) throws IOException {
        ended = requests.contains(Request.CloseSession.INSTANCE);
        WireWriter frames = new WireWriter();
        for (Request request : requests) {
            int mark = frames.beginFrame();
            new RequestHeader(++xid, request.opCode()).write(frames);
            request.write(frames);
            frames.endFrame(mark);
        }
        out.write(frames.toArray());
    }

    private Response read(Request request) throws IOException {
        WireReader reply = WireReader.of(readFrame());
        ReplyHeader header = ReplyHeader.read(reply);
        if (!header.isOk()) {
            throw new IOException(request.opCode() + " answered error " + header.error());
        }
        Response response = Response.read(request.opCode(), reply);
        // A multi that failed says so inside.
        if (response instanceof Response.Multi multi
                && multi.results().stream().anyMatch(MultiResult.Failed.class::isInstance)) {
            throw new IOException(request.opCode() + " answered " + multi.results());
        }
        return response;
    }

    private byte[] readFrame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            send(List.of(Request.CloseSession.INSTANCE));
        }
        socket.close();
    }
}
