package baton.server.sim.world;

import baton.protocol.ConnectRequest;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection between a client and the server: in each direction bytes in their order, some time later, in pieces;
 * towards the client no more than a window at a time.
 *
 * <p>It is cut in several ways: with a reset, which both ends learn of; by a client that closes its end behind what it said,
 * which is a reset as soon as the server says anything; by a client that vanishes, of which the server
 * learns nothing; and by the end of the server's process or machine. It can stall, in one direction or in both, and then
 * everything comes at once; and it can be slow.
 */
final class Wire {
    static final int WINDOW_BYTES = 16 << 10;

    /** Where bytes go. */
    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

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
    /** When the last of what was sent arrives. */
    private final Map<Direction, Long> arriving = new EnumMap<>(Direction.class);

    private final Map<Direction, Long> stalledUntil = new EnumMap<>(Direction.class);
    private long slowUntilNanos;
    private long nanosPerByte;
    private int onTheWayToClient;
    private boolean clientGone;
    private boolean closedByClient;
    private boolean serverGone;
    private boolean clientReads = true;

    /** Run when something has arrived at the server. */
    private Runnable late = () -> {};

    private long session;
    private long asked;
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

    /** Returns how a client asks for its session. */
    static byte[] hello(ConnectRequest request) {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
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

    /** The client wants this session again. */
    void asksFor(long sessionId) {
        asked = sessionId;
    }

    /** Returns the session that the client has, or wants again; 0 if none. */
    long wantedSession() {
        return session == 0 ? asked : session;
    }

    void sendToServer(byte[] bytes) {
        send(bytes.length, end -> end.arrived(bytes));
    }

    /** Sends the end of the session, behind which the client has nothing more to say. */
    void sendGoodbye(byte[] bytes) {
        send(bytes.length, end -> end.goodbyeArrived(bytes));
    }

    private void send(int bytes, Consumer<SimulatedSocket> arrival) {
        after(Direction.TO_SERVER, bytes, () -> {
            SimulatedSocket end = socket;
            if (end != null && !serverGone) {
                arrival.accept(end);
                late.run();
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
        after(Direction.TO_SERVER, 0, () -> {
            if (socket != null) {
                socket.reset();
            }
        });
    }

    /** Closes the client's end: the server gets everything that was sent, and learns of it behind that. */
    void closeByClient() {
        clientGone = true;
        closedByClient = true;
        after(Direction.TO_SERVER, 0, () -> {
            if (socket != null) {
                socket.ended();
            }
        });
    }

    boolean isClosedByClient() {
        return closedByClient;
    }

    /** Tells of whatever arrives at the server from now on: the client has another connection. */
    void superseded(Runnable delivery) {
        late = delivery;
    }

    /** Lets the client vanish without a word. */
    void vanish() {
        clientGone = true;
    }

    /** Lets nothing through for some time, in either direction. */
    void stall(long nanos) {
        for (Direction each : Direction.values()) {
            stall(each, nanos);
        }
    }

    /** Lets nothing through in one direction for some time. */
    void stall(Direction towards, long nanos) {
        stalledUntil.put(towards, time.nowNanos() + nanos);
    }

    /** Lets each byte that is sent in some time take so long. */
    void slow(long eachNanos, long nanos) {
        nanosPerByte = eachNanos;
        slowUntilNanos = time.nowNanos() + nanos;
    }

    // The server's side.

    /** Returns how much the server's machine takes at the moment. */
    int room() {
        return clientGone ? Integer.MAX_VALUE : Math.max(0, WINDOW_BYTES - onTheWayToClient);
    }

    void sendToClient(byte[] bytes) {
        onTheWayToClient += bytes.length;
        after(Direction.TO_CLIENT, bytes.length, () -> {
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

    /** Says whether nothing is on its way to the client. */
    boolean isStill() {
        return onTheWayToClient == 0 && (socket == null || socket.isFlushed());
    }

    /** The server has closed it, or its process has ended: behind what was sent. */
    void closedByServer() {
        serverGone = true;
        after(Direction.TO_CLIENT, 0, this::tellClosed);
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

    /** Lets something happen where bytes arrive that are sent now, behind all that were sent before. */
    private void after(Direction towards, int bytes, Runnable arrival) {
        long now = time.nowNanos();
        long begins = Math.max(arriving.getOrDefault(towards, 0L), arrivalNanos(towards));
        long arrives = begins + (now < slowUntilNanos ? bytes * nanosPerByte : 0);
        arriving.put(towards, arrives);
        time.after(arrives - now, arrival);
    }

    private long arrivalNanos(Direction towards) {
        long latency = chance.spread(latencyNanosMax / 100 + 1, latencyNanosMax);
        if (chance.oneIn(500)) {
            latency *= 100;
        }
        return Math.max(time.nowNanos() + latency, stalledUntil.getOrDefault(towards, 0L));
    }
}
