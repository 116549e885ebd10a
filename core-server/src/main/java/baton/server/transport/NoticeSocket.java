package baton.server.transport;

import baton.server.config.Supervisor;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notices to a datagram socket of this machine, never waits, and never hears back. Thread-safe. */
public final class NoticeSocket {
    private static final Logger log = LoggerFactory.getLogger(NoticeSocket.class);

    // Guarded by this, for else a notice could go to whoever has the number of a closed socket.
    private final Socket socket;

    private NoticeSocket(Socket socket) {
        this.socket = socket;
    }

    /**
     * Opens a way to tell something to whoever listens on a datagram socket of this machine.
     *
     * @param path the socket's; a leading {@code @} stands for the abstract namespace
     * @throws IOException if nobody listens, or this machine has no such sockets
     */
    public static NoticeSocket open(String path) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException(
                    "datagram sockets of the file system need a native library, which does not load here");
        }
        Socket socket = Socket.newSocketDomainDgram();
        try {
            socket.connect(new DomainSocketAddress(path.startsWith("@") ? "\0" + path.substring(1) : path));
            return new NoticeSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** As {@link #open}, to a manager; empty if there is none, or it does not listen, which the server says when it is ready. */
    public static Optional<NoticeSocket> openTo(Optional<Supervisor> manager) {
        if (manager.isEmpty()) {
            return Optional.empty();
        }
        String path = manager.get().socket();
        try {
            return Optional.of(open(path));
        } catch (IOException e) {
            log.debug("failed to notify socket={} because={}", path, e.getMessage());
            return Optional.empty();
        }
    }

    /** Sends a notice, unless nobody listens any more. */
    public synchronized void send(String notice) {
        if (!socket.isOpen()) {
            return;
        }
        byte[] bytes = notice.getBytes(StandardCharsets.UTF_8);
        try {
            socket.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0, bytes.length);
        } catch (IOException e) {
            log.debug("failed to notify because={}", e.getMessage());
        }
    }

    /** Ends: nothing is sent any more. */
    public synchronized void close() {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("failed to close because={}", e.getMessage());
        }
    }
}
