package baton.core.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server. In front of a znode server it knows where frames begin and which request is in
 * them; in front of any other it passes bytes, and can cut, stall and delay them.
 */
public final class FaultProxy implements FaultyLink {
    private static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int PIECE_BYTES_MAX = 64 << 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int PASSWORD_BYTES = 16;

    private enum Mode {
        PASS,
        REFUSE,
        STALL
    }

    /** What to do with the next request of an operation. */
    private record Rule(WireOp op, Action action, @Nullable HeldRequest held) {}

    private enum Action {
        DROP_REQUEST,
        DROP_REPLY,
        HOLD_REQUEST
    }

    private final InetSocketAddress target;
    private final boolean framed;
    private final ServerSocket listener;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Long, byte[]> passwords = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final List<Rule> rules = new ArrayList<>(); // Guarded by itself.
    private final Object modeLock = new Object();
    private Mode mode = Mode.PASS; // Guarded by modeLock.
    private volatile long delayNanos;

    private FaultProxy(InetSocketAddress target, boolean framed) {
        this.target = target;
        this.framed = framed;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException none) {
            throw new UncheckedIOException("no free port", none);
        }
        thread("accept", this::accept);
    }

    /** Starts a proxy in front of a znode server, on a loopback port of its own. */
    public static FaultProxy to(InetSocketAddress target) {
        return new FaultProxy(target, true);
    }

    /** Starts a proxy in front of any server: what it passes are bytes, so it refuses to look for requests. */
    public static FaultProxy plain(InetSocketAddress target) {
        return new FaultProxy(target, false);
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    // ---- faults

    @Override
    public void cut() {
        mode(Mode.REFUSE);
        closeConnections();
    }

    @Override
    public void cutOnce() {
        closeConnections();
    }

    @Override
    public void stall() {
        mode(Mode.STALL);
    }

    @Override
    public void delay(Duration each) {
        delayNanos = each.toNanos();
    }

    @Override
    public void heal() {
        delayNanos = 0;
        synchronized (rules) {
            rules.clear();
        }
        mode(Mode.PASS);
    }

    @Override
    public void dropRequest(WireOp op) {
        add(new Rule(op, Action.DROP_REQUEST, null));
    }

    @Override
    public void dropReply(WireOp op) {
        add(new Rule(op, Action.DROP_REPLY, null));
    }

    @Override
    public HeldRequest holdRequest(WireOp op) {
        HeldRequest held = new HeldRequest();
        add(new Rule(op, Action.HOLD_REQUEST, held));
        return held;
    }

    @Override
    public void expire(String sessionId) {
        long id = Long.parseUnsignedLong(sessionId.substring(2), 16);
        byte[] password = passwords.get(id);
        if (password == null) {
            throw new IllegalArgumentException("session " + sessionId + " did not come through this proxy");
        }
        try (Socket socket = new Socket(target.getAddress(), target.getPort())) {
            socket.setSoTimeout(CONNECT_TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            ByteBuffer greeting = ByteBuffer.allocate(45).putInt(0).putLong(0).putInt(10_000);
            write(
                    out,
                    greeting.putLong(id)
                            .putInt(PASSWORD_BYTES)
                            .put(password)
                            .put((byte) 0)
                            .array());
            readFrame(in);
            write(out, ByteBuffer.allocate(8).putInt(1).putInt(-11).array());
            readFrame(in);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot end session " + sessionId, refused);
        }
    }

    @Override
    public int requests(WireOp op) {
        return requests.entrySet().stream()
                .filter(entry -> op.matches(entry.getKey()))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    /** How many connections are open through it. */
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        quietly(listener);
        closeConnections();
        heal();
    }

    // ---- inside

    private void mode(Mode next) {
        synchronized (modeLock) {
            mode = next;
            modeLock.notifyAll();
        }
    }

    private boolean isRefusing() {
        synchronized (modeLock) {
            return mode == Mode.REFUSE;
        }
    }

    private void pass() throws IOException {
        long delay = delayNanos;
        long until = System.nanoTime() + delay;
        while (delay > 0 && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        synchronized (modeLock) {
            while (mode == Mode.STALL) {
                try {
                    modeLock.wait();
                } catch (InterruptedException interrupt) {
                    throw new IOException("interrupted", interrupt);
                }
            }
        }
    }

    private void add(Rule rule) {
        if (!framed) {
            throw new IllegalStateException("a plain proxy sees no requests, so it cannot meet " + rule.op());
        }
        synchronized (rules) {
            rules.add(rule);
        }
    }

    private @Nullable Rule take(int code) {
        synchronized (rules) {
            for (Rule each : rules) {
                if (each.op().matches(code)) {
                    rules.remove(each);
                    return each;
                }
            }
            return null;
        }
    }

    private void closeConnections() {
        List.copyOf(connections).forEach(Connection::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (isRefusing()) {
                    quietly(client);
                } else {
                    thread("connection", () -> open(client));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void open(Socket client) {
        try {
            pass();
            Socket server = new Socket();
            server.connect(target, CONNECT_TIMEOUT_MILLIS);
            Connection connection = new Connection(client, server);
            connections.add(connection);
            if (isRefusing() || listener.isClosed()) {
                connection.close();
            }
            if (framed) {
                thread("replies", connection::passReplies);
                connection.passRequests();
            } else {
                thread("replies", () -> connection.passBytes(server, client));
                connection.passBytes(client, server);
            }
        } catch (IOException unreachable) {
            quietly(client);
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final Set<Integer> repliesToDrop = ConcurrentHashMap.newKeySet();
        private volatile boolean holding;

        Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void passRequests() {
            try {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(server.getOutputStream());
                byte[] greeting = readFrame(in);
                pass();
                write(out, greeting);
                while (true) {
                    byte[] frame = readFrame(in);
                    pass();
                    if (!passRequest(frame, out)) {
                        return;
                    }
                }
            } catch (IOException gone) {
                // Either side has closed, or we have; the other must hear of it.
            } finally {
                close();
            }
        }

        private boolean passRequest(byte[] frame, DataOutputStream out) throws IOException {
            int xid = ByteBuffer.wrap(frame).getInt(0);
            int code = ByteBuffer.wrap(frame).getInt(4);
            Rule rule = take(code);
            if (rule != null && rule.action() == Action.DROP_REQUEST) {
                return false;
            }
            if (rule != null && rule.action() == Action.DROP_REPLY) {
                repliesToDrop.add(xid);
            }
            if (rule != null && rule.held() != null) {
                hold(rule.held());
            }
            requests.computeIfAbsent(code, key -> new AtomicInteger()).incrementAndGet();
            write(out, frame);
            return true;
        }

        private void hold(HeldRequest held) throws IOException {
            holding = true;
            try {
                held.hold();
            } catch (InterruptedException interrupt) {
                throw new IOException("interrupted", interrupt);
            } finally {
                holding = false;
            }
        }

        void passReplies() {
            try {
                DataInputStream in = new DataInputStream(server.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                byte[] granted = readFrame(in);
                remember(granted);
                pass();
                write(out, granted);
                while (true) {
                    byte[] frame = readFrame(in);
                    if (repliesToDrop.remove(ByteBuffer.wrap(frame).getInt(0))) {
                        return;
                    }
                    pass();
                    write(out, frame);
                }
            } catch (IOException gone) {
                // As above.
            } finally {
                close();
            }
        }

        void passBytes(Socket from, Socket to) {
            byte[] piece = new byte[PIECE_BYTES_MAX];
            try {
                for (int read = from.getInputStream().read(piece);
                        read >= 0;
                        read = from.getInputStream().read(piece)) {
                    pass();
                    to.getOutputStream().write(piece, 0, read);
                }
            } catch (IOException gone) {
                // As above.
            } finally {
                close();
            }
        }

        private void remember(byte[] granted) {
            ByteBuffer response = ByteBuffer.wrap(granted);
            byte[] password = new byte[PASSWORD_BYTES];
            long sessionId = response.getLong(8);
            response.position(20).get(password);
            passwords.put(sessionId, password);
        }

        void close() {
            quietly(client);
            // A held request still has to reach the server on this connection.
            if (!holding) {
                quietly(server);
                connections.remove(this);
            }
        }
    }

    private static byte[] readFrame(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > FRAME_BYTES_MAX) {
            throw new IOException("frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        return frame;
    }

    private static void write(DataOutputStream out, byte[] frame) throws IOException {
        byte[] whole = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
        out.write(whole);
        out.flush();
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // It is closed all the same.
            return;
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "fault-proxy " + name);
        thread.setDaemon(true);
        thread.start();
    }
}
