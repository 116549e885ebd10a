package baton.server.sim;

import baton.protocol.Bytes;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.server.auth.Identity;
import baton.server.request.Effect;
import baton.server.request.Effect.CloseReason;
import baton.server.request.Event;
import baton.server.request.ReadAnswer;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.watch.WatchedPaths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client's connection to a {@link SimulatedServer}, both of its ends. */
public final class SimulatedConnection implements ClientConnection {
    /** Something the client received: an answer, or an event, which has xid -1. */
    public record Received(
            int xid,
            long zxid,
            int error,
            @Nullable Response response,
            @Nullable WatchEvent event) {}

    private record Sent(int xid, Request request, List<Identity> identities) {}

    private final SimulatedServer server;
    private final WatchedPaths watchedPaths = new WatchedPaths();
    private final List<Identity> identities = new ArrayList<>();
    private final ArrayDeque<Sent> backlog = new ArrayDeque<>();
    private final List<Received> received = new ArrayList<>();
    private int nextXid = 1;

    /** The operations that are on their way, by xid. */
    private final Map<Integer, OpCode> unanswered = new HashMap<>();

    private @Nullable Session session;
    private @Nullable ConnectResponse welcome;
    private @Nullable CloseReason closed;
    private List<Identity> owed = List.of();

    SimulatedConnection(SimulatedServer server) {
        this.server = server;
    }

    @Override
    public WatchedPaths watchedPaths() {
        return watchedPaths;
    }

    @Override
    public List<Identity> identities() {
        return List.copyOf(identities);
    }

    /** Authenticates as user and password of the digest scheme. */
    public SimulatedConnection as(String userAndPassword) {
        identities.addAll(server.access()
                .authenticate("digest", Bytes.utf8(userAndPassword))
                .orElseThrow());
        return this;
    }

    /** Has the identities too, however it got them. */
    public SimulatedConnection as(List<Identity> more) {
        identities.addAll(more);
        return this;
    }

    /** Proves to be somebody while it has a session. */
    public void prove(Identity identity) {
        identities.add(identity);
        server.on(new Event.Proved(this, sessionId(), identities()));
    }

    /** Returns who it has yet to prove to be. */
    public List<Identity> owed() {
        return owed;
    }

    /** Returns the answer to the connect request; null if there is none yet. */
    public @Nullable ConnectResponse welcome() {
        return welcome;
    }

    public long sessionId() {
        return Objects.requireNonNull(session, "no session yet").id();
    }

    public boolean isOpen() {
        return closed == null;
    }

    public boolean isWelcome() {
        return session != null && isOpen();
    }

    public @Nullable CloseReason closed() {
        return closed;
    }

    /** Everything received so far, in order. */
    public List<Received> received() {
        return received;
    }

    /** Returns the events received so far, and forgets them. */
    public List<WatchEvent> takeEvents() {
        List<WatchEvent> events = new ArrayList<>();
        received.removeIf(each -> each.event() != null && events.add(each.event()));
        return events;
    }

    /** Sends a request, and returns its xid. */
    public int send(Request request) {
        int xid = nextXid++;
        backlog.addLast(new Sent(xid, request, identities()));
        if (session != null) {
            session.heard(server.now().monotonicMillis());
        }
        pump();
        return xid;
    }

    /** Sends a request, lets the log become durable, and returns the answer. */
    public Received call(Request request) {
        int xid = send(request);
        server.settle();
        return received.stream()
                .filter(each -> each.event() == null && each.xid() == xid)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no answer to " + request));
    }

    /** Returns the error number in the answer that has come to a request. */
    public int errorOf(int xid) {
        return received.stream()
                .filter(each -> each.event() == null && each.xid() == xid)
                .mapToInt(Received::error)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no answer to request " + xid));
    }

    /** Calls, and returns the error. */
    public ErrorCode error(Request request) {
        return Objects.requireNonNull(ErrorCode.find(call(request).error()));
    }

    /** Calls, and returns what must be a success. */
    public Response done(Request request) {
        Received answer = call(request);
        if (answer.error() != 0 || answer.response() == null) {
            throw new AssertionError(request + " failed: " + ErrorCode.find(answer.error()));
        }
        return answer.response();
    }

    /** Cuts the connection from the client's side. */
    public void cut() {
        if (closed == null) {
            closed = CloseReason.NO_SESSION;
            server.watches().removeAll(this);
            server.on(new Event.Disconnected(this, session == null ? 0 : session.id()));
        }
    }

    /** What the event loop does: writes go at once, a read waits for the writes before it. */
    void pump() {
        while (session != null && isOpen() && !backlog.isEmpty()) {
            Sent next = backlog.getFirst();
            boolean reads = isRead(next.request.opCode());
            if (reads && !unanswered.isEmpty()) {
                return;
            }
            backlog.removeFirst();
            if (reads) {
                read(next, session);
            } else {
                unanswered.put(next.xid, next.request.opCode());
                server.on(new Event.Requested(this, session.id(), next.xid, next.request, next.identities, 0));
            }
        }
    }

    private static boolean isRead(OpCode opCode) {
        return opCode.kind() == OpCode.Kind.READ || opCode.kind() == OpCode.Kind.LOCAL;
    }

    private void read(Sent sent, Session of) {
        ReadAnswer answer = server.reads().answer(sent.request, this, of, sent.identities);
        answer.missed().forEach(event -> received.add(new Received(-1, -1, 0, null, event)));
        received.add(new Received(sent.xid, answer.zxid(), answer.error().code(), answer.response(), null));
    }

    void answered(Effect.Answer answer) {
        if (isOpen()) {
            OpCode operation = unanswered.remove(answer.xid());
            Response response = operation == null || answer.error() != 0 ? null : decoded(answer, operation);
            received.add(new Received(answer.xid(), answer.zxid(), answer.error(), response, null));
        }
    }

    /** What the client makes of the bytes. */
    private static Response decoded(Effect.Answer answer, OpCode operation) {
        WireWriter out = new WireWriter();
        answer.writeBody(out);
        WireReader in = WireReader.of(out.toBytes());
        Response response = Response.read(operation, in);
        if (in.hasRemaining()) {
            throw new AssertionError(in.remaining() + " bytes behind " + response);
        }
        return response;
    }

    void told(WatchEvent event, long zxid) {
        if (isOpen()) {
            received.add(new Received(-1, zxid, 0, null, event));
        }
    }

    void welcomed(Session granted, ConnectResponse response, List<Identity> toProve) {
        session = granted;
        owed = toProve;
        welcome = response;
    }

    void refused(ConnectResponse response) {
        welcome = response;
        closed(CloseReason.NO_SESSION);
    }

    void closed(CloseReason reason) {
        if (closed == null) {
            closed = reason;
            server.watches().removeAll(this);
        }
    }
}
