package baton.server.sim.world;

import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection between a client and the server: in each direction bytes in their order, some time later, in pieces;
 * towards the client no more than a window at a time.
 *
 * <p>It is cut in several ways: with a reset, which both ends learn of; by a client that closes its end behind what it said,
 * which is a reset as soon as the server says anything; by a client that vanishes, of which the server
 * learns nothing; and by the end of the server's process or machine. It can stall, and then everything comes at once.
 */
final class Wire {
    static final int WINDOW_BYTES = 16 << 10;

    /** Who is told at the client's end. */
    interface ClientEnd {
        void received(byte[] bytes);

        void closed();
    }

    private final VirtualTime time;
    private final Chance chance;
    private final long latencyNanosMax;
    private final ClientEnd client;
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private @Nullable SimulatedSocket socket;
    private long toServerAtNanos;
    private long toClientAtNanos;
    private long stalledUntilNanos;
    private int onTheWayToClient;
    private boolean clientGone;
    private boolean closedByClient;
    private boolean serverGone;
    private boolean clientReads = true;
    private long session;
    private String address = "0.0.0.0";

    Wire(VirtualTime time, Chance chance, long latencyNanosMax, ClientEnd client) {
        this.time = time;
        this.chance = chance;
        this.latencyNanosMax = latencyNanosMax;
        this.client = client;
    }

    /** The server's machine has accepted the connection. */
    void accepted(SimulatedSocket end) {
        socket = end;
        address = end.remote().getAddress().getHostAddress();
        if (clientGone) {
            end.reset();
        }
    }

    /** Writes a request as a client does. */
    static void frame(WireWriter out, int xid, Request request) {
        int mark = out.beginFrame();
        new RequestHeader(xid, request.opCode()).write(out);
        request.write(out);
        out.endFrame(mark);
    }

    /** Returns where the server sees the client, once it has accepted the connection. */
    String address() {
        return address;
    }

    /** Returns the session that the client talks for, 0 while it has none. */
    long session() {
        return session;
    }

    // The client's side.

    void speaksFor(long sessionId) {
        session = sessionId;
    }

    void sendToServer(byte[] bytes) {
        send(end -> end.arrived(bytes));
    }

    /** Sends the end of the session, behind which the client has nothing more to say. */
    void sendGoodbye(byte[] bytes) {
        send(end -> end.goodbyeArrived(bytes));
    }

    private void send(Consumer<SimulatedSocket> arrival) {
        toServerAtNanos = Math.max(toServerAtNanos, arrivalNanos());
        time.after(toServerAtNanos - time.nowNanos(), () -> {
            SimulatedSocket end = socket;
            if (end != null && !serverGone) {
                arrival.accept(end);
            }
        });
    }

    /** The client leaves what comes unread, or reads it. */
    void read(boolean reads) {
        clientReads = reads;
        while (clientReads && !clientGone && !unread.isEmpty()) {
            deliver(unread.remove());
        }
    }

    /** Closes it from the client, so that the server learns of it. */
    void resetByClient() {
        clientGone = true;
        toServerAtNanos = Math.max(toServerAtNanos, arrivalNanos());
        time.after(toServerAtNanos - time.nowNanos(), () -> {
            if (socket != null) {
                socket.reset();
            }
        });
    }

    /** Closes the client's end: the server gets everything that was sent, and learns of it behind that. */
    void closeByClient() {
        clientGone = true;
        closedByClient = true;
        toServerAtNanos = Math.max(toServerAtNanos, arrivalNanos());
        time.after(toServerAtNanos - time.nowNanos(), () -> {
            if (socket != null) {
                socket.ended();
            }
        });
    }

    boolean isClosedByClient() {
        return closedByClient;
    }

    /** Lets the client vanish without a word. */
    void vanish() {
        clientGone = true;
    }

    /** Lets nothing through for some time, in either direction. */
    void stall(long nanos) {
        stalledUntilNanos = time.nowNanos() + nanos;
    }

    // The server's side.

    /** Returns how much the server's machine takes at the moment. */
    int room() {
        return clientGone ? Integer.MAX_VALUE : Math.max(0, WINDOW_BYTES - onTheWayToClient);
    }

    void sendToClient(byte[] bytes) {
        onTheWayToClient += bytes.length;
        toClientAtNanos = Math.max(toClientAtNanos, arrivalNanos());
        time.after(toClientAtNanos - time.nowNanos(), () -> {
            if (closedByClient) {
                resetByClient();
            }
            if (clientGone) {
                return;
            }
            if (clientReads && unread.isEmpty()) {
                deliver(bytes);
            } else {
                unread.add(bytes);
            }
        });
    }

    /** The server has closed it, or its process has ended: behind what was sent. */
    void closedByServer() {
        serverGone = true;
        toClientAtNanos = Math.max(toClientAtNanos, arrivalNanos());
        time.after(toClientAtNanos - time.nowNanos(), this::tellClosed);
    }

    /** The server's machine is gone, without a word. */
    void machineGone() {
        serverGone = true;
        socket = null;
    }

    private void tellClosed() {
        if (clientGone) {
            return;
        }
        if (!unread.isEmpty()) {
            // Behind what waits to be read.
            time.after(latencyNanosMax, this::tellClosed);
            return;
        }
        clientGone = true;
        client.closed();
    }

    private void deliver(byte[] bytes) {
        onTheWayToClient -= bytes.length;
        SimulatedSocket end = socket;
        if (end != null && !serverGone) {
            end.roomAgain();
        }
        client.received(bytes);
    }

    private long arrivalNanos() {
        long latency = chance.spread(latencyNanosMax / 100 + 1, latencyNanosMax);
        if (chance.oneIn(500)) {
            latency *= 100;
        }
        return Math.max(time.nowNanos() + latency, stalledUntilNanos);
    }
}
