package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private static final int CREATE = 1;
    private static final int GET_DATA = 4;

    private EchoServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        proxy = FaultProxy.to(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.listener.close();
    }

    @Test
    void framesPassBothWaysAndAreCounted() throws IOException {
        try (Client client = new Client()) {
            client.send(1, CREATE);
            client.send(2, GET_DATA);

            assertThat(List.of(client.replyXid(), client.replyXid())).containsExactly(1, 2);
            assertThat(server.seen).containsExactly("1:1", "2:4");
            assertThat(proxy.requests(WireOp.CREATE)).isEqualTo(1);
            assertThat(proxy.requests(WireOp.DELETE)).isZero();
        }
    }

    @Test
    void aDroppedRequestIsNeverSeenAndCostsTheConnection() throws IOException {
        try (Client client = new Client()) {
            proxy.dropRequest(WireOp.CREATE);
            client.send(1, GET_DATA);
            assertThat(client.replyXid()).isEqualTo(1);

            client.send(2, CREATE);

            assertThatExceptionOfType(EOFException.class).isThrownBy(client::replyXid);
            assertThat(server.seen).containsExactly("1:4");
        }
    }

    @Test
    void aDroppedReplyWasDoneAndCostsTheConnection() throws IOException {
        try (Client client = new Client()) {
            proxy.dropReply(WireOp.CREATE);
            client.send(1, CREATE);

            assertThatExceptionOfType(EOFException.class).isThrownBy(client::replyXid);
            assertThat(server.seen).containsExactly("1:1");
        }
    }

    @Test
    void aHeldRequestArrivesWhenItsClientIsGone() throws Exception {
        HeldRequest held = proxy.holdRequest(WireOp.CREATE);
        try (Client client = new Client()) {
            client.send(1, CREATE);
            held.awaitArrival(Stages.PATIENCE);
            proxy.cutOnce();
            assertThatExceptionOfType(IOException.class).isThrownBy(client::replyXid);
        }
        assertThat(server.seen).isEmpty();

        held.release();

        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(server.seen).containsExactly("1:1"));
    }

    @Test
    void aStalledConnectionGoesOnWhenHealed() throws IOException {
        try (Client client = new Client()) {
            proxy.stall();
            client.send(1, CREATE);
            client.socket.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(client::replyXid);

            proxy.heal();
            client.socket.setSoTimeout(10_000);

            assertThat(client.replyXid()).isEqualTo(1);
        }
    }

    @Test
    void whileCutNobodyGetsThrough() throws IOException {
        try (Client client = new Client()) {
            proxy.cut();
            assertThatExceptionOfType(IOException.class).isThrownBy(client::replyXid);
            assertThatExceptionOfType(IOException.class).isThrownBy(Client::new);

            proxy.heal();

            new Client().close();
        }
    }

    private final class Client implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Client() throws IOException {
            socket = new Socket(proxy.address().getAddress(), proxy.address().getPort());
            socket.setSoTimeout(10_000);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(45);
            out.write(new byte[45]);
            in.readFully(new byte[in.readInt()]);
        }

        void send(int xid, int code) throws IOException {
            out.writeInt(8);
            out.writeInt(xid);
            out.writeInt(code);
        }

        int replyXid() throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return ByteBuffer.wrap(frame).getInt();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Grants every session and answers every request with a header. */
    private static final class EchoServer {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> seen = new CopyOnWriteArrayList<>();

        EchoServer() throws IOException {
            thread(() -> {
                while (true) {
                    Socket socket = listener.accept();
                    thread(() -> serve(socket));
                }
            });
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        private void serve(Socket socket) throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            in.readFully(new byte[in.readInt()]);
            out.writeInt(37);
            out.write(new byte[37]);
            while (true) {
                ByteBuffer frame = ByteBuffer.wrap(in.readNBytes(in.readInt()));
                int xid = frame.getInt();
                seen.add(xid + ":" + frame.getInt());
                out.writeInt(16);
                out.write(ByteBuffer.allocate(16).putInt(xid).array());
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void thread(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
