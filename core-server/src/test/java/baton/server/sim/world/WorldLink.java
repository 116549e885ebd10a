package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.sim.history.Caller;
import baton.server.sim.history.Conversation;
import baton.server.sim.history.History;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Operation.Form;
import baton.server.sim.history.Violation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link WorldClient}, made or in the making: says and hears everything, and writes it down. What is asked
 * for is up to the client.
 */
final class WorldLink implements Wire.ClientEnd {
    /** Whose it is. */
    interface User {
        /** Something has come. */
        void hears();

        /** The client's session is taken up, and asked for what it watches and who it is. */
        void welcome();

        void answered(Operation operation);

        /** There is no such session any more. */
        void sessionOver();

        /** The server has closed it. */
        void closed();
    }

    private static final int LIE = 1_000_000;

    private final String name;
    private final Run run;
    private final VirtualTime time;
    private final History history;
    private final SimulatedMachine machine;
    private final KeptSession session;
    private final User user;
    private final Wire wire;
    private final FrameBuffer input = new FrameBuffer();
    private final Unanswered unanswered;
    private final ClientLogin login;
    private final int number;
    private final boolean lying;
    private boolean readOnlySaid;
    private @Nullable Conversation conversation;
    private Caller caller = Caller.from("0.0.0.0");

    /** What has ended it, as soon as the server gets it. */
    private @Nullable BadFrame lastWord;

    private boolean over;

    /**
     * @param number how many connections the client has had with this one
     * @param lying whether it claims to have seen more than there is
     */
    WorldLink(
            String name,
            Run run,
            SimulatedMachine machine,
            KeptSession session,
            User user,
            Chance wires,
            int number,
            boolean lying) {
        this.name = name;
        this.run = run;
        this.time = run.time();
        this.history = run.history();
        this.machine = machine;
        this.session = session;
        this.user = user;
        this.number = number;
        this.lying = lying;
        this.wire = new Wire(time, wires, run.plan().wireNanosMax(), this);
        this.unanswered = new Unanswered(history);
        this.login = new ClientLogin(run);
    }

    Wire wire() {
        return wire;
    }

    /** Says whether it has the client's session. */
    boolean isWelcome() {
        return conversation != null;
    }

    /** Says whether the server listens to what is sent now. */
    boolean isHeard() {
        return lastWord == null && !login.isWrong();
    }

    Unanswered unanswered() {
        return unanswered;
    }

    /** The client has given it up, or knows that it is gone. */
    void end() {
        time.trace(() -> name + " has no connection");
        over = true;
        if (lying && !isWelcome() && machine.isUp()) {
            run.reach(Reached.CLIENT_AHEAD_TURNED_AWAY);
        }
    }

    // What it says.

    /** Asks for a session: as one who would be content with reading, as one who has never heard of that, or as most do. */
    void sayHello() {
        wire.asksFor(session.id());
        machine.reception().accept(wire);
        readOnlySaid = number % 4 != 0;
        wire.sendToServer(Wire.hello(new ConnectRequest(
                0,
                lying ? history.chronicle().lastZxid() + LIE : session.seenZxid(),
                run.plan().sessionMillis(),
                session.id(),
                session.password(),
                number % 4 == 1,
                readOnlySaid)));
    }

    Operation send(Request request) {
        boolean isHeard = isHeard();
        Operation operation = operation(request, isHeard ? Form.WHOLE : Form.TOO_LATE);
        if (request instanceof Request.CloseSession && isHeard) {
            note(operation);
            machine.sessions().leaves(session.id());
            wire.sendGoodbye(bytesOf(operation));
        } else {
            transmit(operation);
        }
        if (request instanceof Request.Auth auth && isHeard && !Workload.isCall(auth)) {
            String proof = auth.proof().utf8();
            caller = caller.proving(proof);
            session.proofs().add(proof);
        }
        if (request instanceof Request.Sasl said && isHeard) {
            caller = caller.loggingIn(said.token());
        }
        return operation;
    }

    /** Sends a request without its end. */
    void sendInPart(Request request) {
        transmit(operation(request, Form.CUT_SHORT));
    }

    private Operation operation(Request request, Form form) {
        Operation operation =
                new Operation(session.id(), caller, session.xidOf(request), request, form, history.nextMoment());
        if (!Unanswered.isProof(operation)) {
            history.sent(operation);
        }
        return operation;
    }

    /** Sends what may have been sent before, over another connection. */
    void transmit(Operation operation) {
        note(operation);
        wire.sendToServer(bytesOf(operation));
    }

    private void note(Operation operation) {
        time.trace(() -> name + " asks " + operation);
        unanswered.add(operation);
    }

    private static byte[] bytesOf(Operation operation) {
        WireWriter out = new WireWriter();
        Wire.frame(out, operation.xid(), operation.request());
        if (operation.form() != Form.CUT_SHORT) {
            return out.toArray();
        }
        byte[] bytes = Arrays.copyOf(out.toArray(), out.size() - 1);
        ByteBuffer.wrap(bytes).putInt(0, bytes.length - Integer.BYTES);
        return bytes;
    }

    /** Logs in, unless it is about to. */
    void logIn(Deed.LogIn how) {
        if (!login.isUnderWay()) {
            if (isHeard()) {
                login.begin(how);
            }
            send(new Request.Sasl(Bytes.EMPTY));
        }
    }

    /** Says what is no request. */
    void sayWrong(BadFrame frame) {
        time.trace(() -> name + " says " + frame);
        lastWord = isHeard() ? frame : lastWord;
        wire.sendToServer(frame.bytes());
    }

    /** Has the watches looked at that the server holds, if nothing is on its way. */
    void lookAtWatches() {
        if (unanswered.isEmpty() && isHeard()) {
            machine.watches().look(wire, conversation);
        }
    }

    // What it hears.

    @Override
    public void received(byte[] bytes) {
        user.hears();
        input.add(bytes);
        for (byte[] frame = input.next(); frame != null && !over; frame = input.next()) {
            time.note("frame", Arrays.hashCode(frame));
            WireReader in = WireReader.of(frame);
            in.int32("length");
            if (isWelcome()) {
                heard(in);
            } else {
                welcomed(ConnectResponse.read(in));
            }
        }
    }

    private void welcomed(ConnectResponse response) {
        if (response.readOnly() || response.readOnlySent() != readOnlySaid) {
            throw new Violation("BI-21", "a client that said readOnly=" + readOnlySaid + " was told " + response);
        }
        if (response.isRefused()) {
            user.sessionOver();
            return;
        }
        if (lying) {
            throw new Violation("G-5", "a client that claims to have seen more than there is was let in");
        }
        if (session.id() == 0) {
            machine.sessions().opened(response.sessionId());
            session.begin(response);
        } else {
            run.reach(Reached.SESSION_TAKEN_UP_AGAIN);
        }
        time.trace(() -> name + " is welcome session=" + Long.toHexString(session.id()));
        wire.speaksFor(session.id());
        caller = Caller.from(wire.address());
        conversation = history.converse(name, session.id(), caller);
        user.welcome();
    }

    private void heard(WireReader in) {
        ReplyHeader header = ReplyHeader.read(in);
        if (header.zxid() > 0) {
            history.chronicle().seen(header.zxid());
        }
        if (header.xid() == Xid.NOTIFICATION) {
            told(header, WatchEvent.read(in));
            return;
        }
        if (lastWord != null && lastWord.isAnsweredBy(header.xid(), header.error())) {
            return;
        }
        Operation answered = unanswered.answered(header, in);
        time.trace(() -> name + " hears " + answered);
        conversation.answered(answered);
        session.seen(header.zxid());
        answered(answered);
    }

    private void told(ReplyHeader header, WatchEvent event) {
        run.reach(header.zxid() < 0 ? Reached.CHANGE_FOUND_BY_SET_WATCHES : Reached.WATCH_FIRED);
        time.trace(() -> name + " is told " + event + " of zxid " + header.zxid());
        conversation.told(header.zxid(), event);
        session.watches().told(event);
    }

    private void answered(Operation operation) {
        session.watches().answered(operation);
        if (Workload.isCall(operation.request())) {
            requireTaken(operation);
        } else {
            login.answered(operation, name + "-" + session.xid(), isHeard(), this::send);
        }
        user.answered(operation);
        AnswerNotes.take(operation, run);
        boolean ended = operation.request() instanceof Request.CloseSession
                || operation.error() == ErrorCode.SESSION_EXPIRED.code();
        if (ended) {
            user.sessionOver();
        }
    }

    private void requireTaken(Operation call) {
        if (call.error() != 0) {
            throw new Violation("BI-23", "who looks for this ensemble or for any is let in: " + call);
        }
        run.reach(Reached.ENSEMBLE_CALLED);
    }

    @Override
    public void closed() {
        if (lastWord != null && lastWord != BadFrame.ANOTHER_ENSEMBLE) {
            run.reach(lastWord == BadFrame.TOO_LONG ? Reached.FRAME_TOO_LONG : Reached.CUT_OFF_FOR_A_BAD_FRAME);
        }
        if (isWelcome() && run.plan().isCalm() && !machine.sessions().isLeaving(session.id())) {
            throw new Violation("SW-5", "nothing is wrong, yet the server has closed the connection of " + name);
        }
        user.closed();
    }
}
