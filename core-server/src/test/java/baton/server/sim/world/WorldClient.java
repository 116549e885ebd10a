package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks the protocol by itself and writes down everything: it dials, takes its session up again, sends
 * several requests at a time, pings, gives a silent connection up, and never sends a request twice.
 */
final class WorldClient implements Client, Wire.ClientEnd {
    private enum State {
        AWAY,
        CONNECTING,
        HERE
    }

    private static final int LIE = 1_000_000;

    /** What it may call the ensemble; whoever calls none will have any. */
    private static final List<String> ENSEMBLES = List.of(EnforcedSettings.ENSEMBLE, "");

    /** Before it dials again, when nobody was there. */
    private static final long REST_NANOS = 20_000_000;

    /** Whoever has dialed so often in vain rests twice as long each time, up to so many times. */
    private static final int DIALS_IN_A_HURRY = 200;

    private static final int DOUBLINGS_MAX = 8;

    private final VirtualTime time;
    private final Plan plan;
    private final Defect defect;
    private final Chance chance;

    /** How it goes. */
    private final Chance leaving;

    private final SimulatedMachine machine;
    private final History history;
    private final Consumer<Reached> reached;
    private final Workload workload;
    private final Schedule schedule;
    private final String name;
    private final long patienceNanos;
    private final ClientWatches watches = new ClientWatches();
    private final ArrayDeque<Operation> unanswered = new ArrayDeque<>();
    private final Set<String> proofs = new LinkedHashSet<>();

    /** How it is about to log in. */
    private Deed.@Nullable LogIn loggingIn;

    /** With what it has failed to log in, as soon as the server gets it. */
    private @Nullable Operation wrongLogin;

    private List<Operation> inDoubt = List.of();

    private State state = State.AWAY;
    private @Nullable Wire wire;

    /** The one before. */
    private @Nullable Wire previous;

    /** The writes that were in flight when it came back for its session, and when that was. */
    private final Map<Operation, Long> leftInFlight = new LinkedHashMap<>();

    private long unansweredUntilNanos;
    private boolean answeredLate;
    private @Nullable Conversation conversation;
    private Caller caller = Caller.from("0.0.0.0");

    /** What has ended the connection, as soon as the server gets it. */
    private @Nullable BadFrame lastWord;

    private FrameBuffer input = new FrameBuffer();
    private long session;
    private Bytes password = ConnectRequest.NO_PASSWORD;
    private long seenZxid;
    private int xid;
    private int connections;
    private int vainDials;
    private long dialsAtNanos;

    private final Bursts bursts;

    private VirtualTime.@Nullable Timer acting;

    /** How it goes, if it has asked for the end of its session and does not care for the answer. */
    private Deed.@Nullable SayGoodbye going;

    private boolean lying;
    private boolean readOnlySaid;
    private boolean calm;
    private boolean gone;
    private long heardAtNanos;
    private long settledAtNanos = Long.MAX_VALUE;
    private @Nullable Operation settling;
    private boolean isRefusedForSpace;

    WorldClient(
            int number,
            VirtualTime time,
            Plan plan,
            Defect defect,
            Schedule schedule,
            SimulatedMachine machine,
            History history,
            Consumer<Reached> reached) {
        this.time = time;
        this.plan = plan;
        this.defect = defect;
        this.schedule = schedule;
        this.name = name(number);
        this.chance = new Chance(plan.seed()).fork(name);
        this.leaving = chance.fork("leaving");
        this.machine = machine;
        this.history = history;
        this.reached = reached;
        // Raw clients never give up, and some of them had better not.
        this.patienceNanos = chance.oneIn(2) ? 2 * pingNanos() : 4 * pingNanos() * 3;
        this.workload = new Workload(chance.fork("work"), plan, number);
        this.gone = !schedule.includes(name);
        this.bursts = new Bursts(time, plan, chance);
        actsAfter(chance.below(50_000_000));
        time.after(pingNanos(), this::ping);
    }

    static String name(int number) {
        return "client" + number;
    }

    // What it does by itself.

    private long pingNanos() {
        return plan.sessionMillis() * 1_000_000L / 3;
    }

    private void act() {
        acting = null;
        if (gone) {
            return;
        }
        if (state == State.AWAY && time.nowNanos() >= dialsAtNanos) {
            dial();
        } else if (state == State.HERE && bursts.areOn()) {
            for (long i = chance.spread(1, plan.pipeline()); i > 0 && bursts.areOn() && state == State.HERE; i--) {
                step();
            }
            if (going != null) {
                goWithoutWaiting(going.returns());
            }
        } else if (state == State.HERE && calm && settling == null) {
            settling = send(workload.atLast(connections + "-" + xid));
        }
        actsAgain();
    }

    /** Thinks for a while, or rests. Who has nothing to do until something else happens is called when it does. */
    private void actsAgain() {
        long thinks = chance.spread(plan.thinkNanosMax() / 100, plan.thinkNanosMax());
        if (state == State.AWAY) {
            actsAfter(Math.max(dialsAtNanos - time.nowNanos(), thinks));
        } else if (state == State.HERE && bursts.areToCome()) {
            actsAfter(Math.max(bursts.nextAtNanos() - time.nowNanos(), thinks));
        } else if (state == State.HERE && calm && settling == null) {
            actsAfter(thinks);
        }
    }

    private void actsAfter(long nanos) {
        if (acting != null) {
            acting.cancel();
        }
        acting = time.after(nanos, this::act);
    }

    private void step() {
        Deed deed = schedule.next(name, Deed.class, () -> workload.next(time.nowNanos()));
        if (deed != null) {
            deed.by(this);
        }
        bursts.stepped();
    }

    @Override
    public void ask(Request request) {
        send(Workload.since(seenZxid, request));
    }

    @Override
    public void askInPart(Request request) {
        Request asked = Workload.since(seenZxid, request);
        boolean hasEnd = !(asked instanceof Request.Auth || asked instanceof Request.WhoAmI);
        if (hasEnd && isHeard()) {
            transmit(operation(asked, Form.CUT_SHORT));
        } else {
            send(asked);
        }
    }

    @Override
    public void sayGoodbye(Deed.SayGoodbye how) {
        going = how.waits() || !isHeard() ? null : how;
        send(Request.CloseSession.INSTANCE);
    }

    @Override
    public void logIn(Deed.LogIn how) {
        if (loggingIn == null) {
            loggingIn = isHeard() ? how : null;
            send(new Request.Sasl(Bytes.EMPTY));
        }
    }

    @Override
    public void sayWrong(BadFrame frame) {
        time.trace(() -> name + " says " + frame);
        lastWord = isHeard() ? frame : lastWord;
        wire.sendToServer(frame.bytes());
    }

    @Override
    public void goWrong() {
        sayWrong(BadFrame.UNKNOWN_OPERATION);
        machine.sessions().asksInVain(session);
        send(Request.CloseSession.INSTANCE);
        drop();
    }

    private void ping() {
        if (gone) {
            return;
        }
        if (state != State.AWAY && time.nowNanos() - heardAtNanos > patienceNanos) {
            drop();
        } else if (state == State.HERE) {
            if (unanswered.isEmpty() && isHeard()) {
                machine.watches().look(wire, conversation);
            }
            send(Request.Ping.INSTANCE);
        }
        time.after(pingNanos() * 2 / 3, this::ping);
    }

    private void dial() {
        lying = plan.has(Fault.LIE) && session != 0 && chance.oneIn(4);
        machine.sessions().returns(session);
        state = State.CONNECTING;
        input = new FrameBuffer();
        heardAtNanos = time.nowNanos();
        connections++;
        vainDials++;
        Wire dialed = new Wire(time, chance.fork("wire" + connections), plan.wireNanosMax(), this);
        wire = dialed;
        long answered = chance.spread(1, plan.wireNanosMax());
        if (time.nowNanos() < unansweredUntilNanos) {
            reached.accept(Reached.DIALED_IN_VAIN);
            if (!answeredLate) {
                return;
            }
            answered += unansweredUntilNanos - time.nowNanos();
        }
        time.after(answered, () -> {
            if (wire == dialed) {
                if (previous != null) {
                    previous.superseded(() -> reached.accept(Reached.DELIVERED_BY_THE_OLD_CONNECTION));
                }
                takesUp(history.nextMoment());
                if (machine.isEnding(session)) {
                    reached.accept(Reached.RETURNED_TO_AN_ENDING_SESSION);
                }
                dialed.asksFor(session);
                machine.reception().accept(dialed);
                WireWriter out = new WireWriter();
                int mark = out.beginFrame();
                hello().write(out);
                out.endFrame(mark);
                dialed.sendToServer(out.toArray());
            }
        });
    }

    /** Notes which of its writes are neither answered nor known to be lost when it comes back for its session. */
    private void takesUp(long moment) {
        inDoubt.stream()
                .filter(each -> each.session() == session)
                .filter(each -> each.request().opCode().kind() == OpCode.Kind.WRITE)
                .forEach(each -> leftInFlight.put(each, moment));
    }

    /** Says whether a write happened when it had come back already for the session in which it asked for that. */
    boolean hasMovedWithAWriteInFlight() {
        return leftInFlight.entrySet().stream()
                .anyMatch(each -> history.wasLoggedAfter(
                        each.getKey().session(), each.getKey().xid(), each.getValue()));
    }

    @Override
    public void unanswered(long nanos, boolean late) {
        unansweredUntilNanos = time.nowNanos() + nanos;
        answeredLate = late;
    }

    /** Asks for a session: as one who would be content with reading, as one who has never heard of that, or as most do. */
    private ConnectRequest hello() {
        readOnlySaid = connections % 4 != 0;
        return new ConnectRequest(
                0,
                lying ? history.chronicle().lastZxid() + LIE : seenZxid,
                plan.sessionMillis(),
                session,
                password,
                connections % 4 == 1,
                readOnlySaid);
    }

    private Operation send(Request request) {
        boolean isHeard = isHeard();
        Operation operation = operation(request, isHeard ? Form.WHOLE : Form.TOO_LATE);
        if (request instanceof Request.CloseSession && isHeard) {
            transmitGoodbye(operation);
        } else {
            transmit(operation);
        }
        if (request instanceof Request.Auth auth && isHeard && !Workload.isCall(auth)) {
            String proof = auth.proof().utf8();
            caller = caller.proving(proof);
            proofs.add(proof);
        }
        if (request instanceof Request.Sasl login && isHeard) {
            caller = caller.loggingIn(login.token());
        }
        return operation;
    }

    /** Says whether the server listens to what is sent now. */
    private boolean isHeard() {
        return lastWord == null && wrongLogin == null;
    }

    private Operation operation(Request request, Form form) {
        Operation operation = new Operation(session, caller, xidOf(request), request, form, history.nextMoment());
        if (!isProof(operation)) {
            history.sent(operation);
        }
        return operation;
    }

    private int xidOf(Request request) {
        return switch (request.opCode()) {
            case PING -> Xid.PING;
            case AUTH -> Xid.AUTH;
            case SET_WATCHES, SET_WATCHES2 -> Xid.SET_WATCHES;
            default -> ++xid;
        };
    }

    private static boolean isProof(Operation operation) {
        return operation.request().opCode().kind() == OpCode.Kind.CONNECTION;
    }

    private void transmit(Operation operation) {
        note(operation);
        wire.sendToServer(bytesOf(operation));
    }

    private void transmitGoodbye(Operation operation) {
        note(operation);
        machine.sessions().leaves(session);
        wire.sendGoodbye(bytesOf(operation));
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

    // What is done to it.

    @Override
    public long session() {
        return session;
    }

    @Override
    public @Nullable Wire wire() {
        return state == State.HERE ? wire : null;
    }

    @Override
    public void drop() {
        if (wire != null && state != State.AWAY) {
            Wire old = wire;
            away();
            if (leaving.oneIn(2)) {
                old.closeByClient();
            } else {
                old.resetByClient();
            }
        }
    }

    /** Closes its end as C clients do: right behind the end of its session, with answers on their way. Some want it back. */
    private void goWithoutWaiting(boolean returns) {
        reached.accept(Reached.WENT_WITHOUT_WAITING);
        Wire old = wire;
        if (!returns) {
            newSession();
        }
        away();
        old.closeByClient();
        if (returns) {
            dialsAtNanos = time.nowNanos();
            actsAfter(0);
        }
    }

    @Override
    public void askForMuch() {
        if (state == State.HERE && isHeard()) {
            send(Workload.much());
        }
    }

    @Override
    public void vanish() {
        if (wire != null && state != State.AWAY) {
            Wire old = wire;
            away();
            // Not without trying to be back just when the server gives it up.
            dialsAtNanos += chance.oneIn(2) ? 0 : plan.sessionMillis() * chance.between(900_000, 1_300_000);
            old.vanish();
        }
    }

    @Override
    public void settle() {
        calm = true;
        bursts.end();
        actsAgain();
    }

    @Override
    public boolean isSettled() {
        return gone
                || state == State.HERE
                        && settledAtNanos != Long.MAX_VALUE
                        && unanswered.stream().allMatch(each -> each.request() instanceof Request.Ping);
    }

    @Override
    public void leave() {
        gone = true;
        vanish();
    }

    @Override
    public void closed() {
        if (lastWord != null && lastWord != BadFrame.ANOTHER_ENSEMBLE) {
            reached.accept(lastWord == BadFrame.TOO_LONG ? Reached.FRAME_TOO_LONG : Reached.CUT_OFF_FOR_A_BAD_FRAME);
        }
        if (state == State.HERE && plan.isCalm() && !machine.sessions().isLeaving(session)) {
            throw new Violation("SW-5", "nothing is wrong, yet the server has closed the connection of " + name);
        }
        away();
    }

    private void away() {
        time.trace(() -> name + " has no connection");
        if (lying && state == State.CONNECTING && machine.isUp()) {
            reached.accept(Reached.CLIENT_AHEAD_TURNED_AWAY);
        }
        state = State.AWAY;
        going = null;
        int doublings = Math.max(0, Math.min(DOUBLINGS_MAX, vainDials - DIALS_IN_A_HURRY));
        dialsAtNanos = time.nowNanos() + (REST_NANOS << doublings);
        previous = wire;
        wire = null;
        conversation = null;
        lastWord = null;
        wrongLogin = null;
        inDoubt = List.copyOf(unanswered);
        settling = null;
        loggingIn = null;
        unanswered.clear();
        actsAgain();
    }

    // What it hears.

    @Override
    public void received(byte[] bytes) {
        heardAtNanos = time.nowNanos();
        vainDials = 0;
        input.add(bytes);
        for (byte[] frame = input.next(); frame != null && state != State.AWAY; frame = input.next()) {
            time.note("frame", Arrays.hashCode(frame));
            WireReader in = WireReader.of(frame);
            in.int32("length");
            if (state == State.CONNECTING) {
                welcomed(ConnectResponse.read(in));
            } else {
                heard(in);
            }
        }
    }

    private void welcomed(ConnectResponse response) {
        if (response.readOnly() || response.readOnlySent() != readOnlySaid) {
            throw new Violation("BI-21", "a client that said readOnly=" + readOnlySaid + " was told " + response);
        }
        if (response.isRefused()) {
            newSession();
            drop();
            return;
        }
        if (lying) {
            throw new Violation("G-5", "a client that claims to have seen more than there is was let in");
        }
        if (session == 0) {
            machine.sessions().opened(response.sessionId());
            session = response.sessionId();
            password = response.password();
        } else {
            reached.accept(Reached.SESSION_TAKEN_UP_AGAIN);
        }
        time.trace(() -> name + " is welcome session=" + Long.toHexString(session));
        state = State.HERE;
        wire.speaksFor(session);
        caller = Caller.from(wire.address());
        conversation = history.converse(name, session, caller);
        if (defect == Defect.CLIENT_RESENDS) {
            inDoubt.stream()
                    .filter(each -> each.session() == session)
                    .filter(each -> each.request().opCode().kind() == OpCode.Kind.WRITE)
                    .forEach(this::transmit);
        }
        if (chance.oneIn(4)) {
            proofs.clear();
        }
        if (plan.has(Feature.CALLS)) {
            send(Workload.call(ENSEMBLES.get(connections % ENSEMBLES.size())));
        }
        List.copyOf(proofs).forEach(each -> send(Workload.prove(each)));
        if (watches.isEmpty() || chance.oneIn(4)) {
            watches.forget();
        } else {
            watches.again(seenZxid, chance.oneIn(2)).forEach(this::send);
        }
        actsAgain();
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
        Operation proof = proof(header.xid());
        Operation oldest = proof == null ? unanswered.poll() : proof;
        if (oldest == null || oldest.xid() != header.xid()) {
            throw new Violation("HC-4", "answer " + header + " came, the oldest request is " + oldest);
        }
        Response response = header.error() == 0 ? Response.read(oldest.request().opCode(), in) : null;
        oldest.returned(header, response, history.nextMoment());
        time.trace(() -> name + " hears " + oldest);
        conversation.answered(oldest);
        seenZxid = Math.max(seenZxid, header.zxid());
        answered(oldest);
    }

    /** Proofs are not waited for: their answers come before those of writes. */
    private @Nullable Operation proof(int number) {
        for (Operation each : unanswered) {
            if (each.xid() == number && isProof(each)) {
                unanswered.remove(each);
                return each;
            }
        }
        return null;
    }

    private void told(ReplyHeader header, WatchEvent event) {
        reached.accept(header.zxid() < 0 ? Reached.CHANGE_FOUND_BY_SET_WATCHES : Reached.WATCH_FIRED);
        time.trace(() -> name + " is told " + event + " of zxid " + header.zxid());
        conversation.told(header.zxid(), event);
        watches.told(event);
    }

    private void answered(Operation operation) {
        watches.answered(operation);
        if (operation == wrongLogin) {
            requireRefused(operation, reached);
        } else if (Workload.isCall(operation.request())) {
            requireTaken(operation, reached);
        } else if (operation.response() instanceof Response.SaslToken said) {
            goOnLoggingIn(operation, said.token());
        }
        if (operation == settling) {
            settled(operation);
        }
        if (operation.error() == ErrorCode.QUOTA_EXCEEDED.code()) {
            beyondLimits(operation);
        } else if (operation.response() instanceof Response.Multi multi
                && multi.results().contains(new MultiResult.Failed(ErrorCode.QUOTA_EXCEEDED))
                && !plan.has(Feature.QUOTAS)) {
            reached.accept(Reached.EPHEMERAL_TOO_MANY_IN_A_MULTI);
        } else if (operation.error() == ErrorCode.NO_AUTH.code()) {
            reached.accept(Reached.REFUSED_FOR_WANT_OF_A_RIGHT);
        } else if (operation.form() == Form.CUT_SHORT) {
            reached.accept(Reached.REFUSED_AS_UNREADABLE);
        }
        boolean ended = operation.request() instanceof Request.CloseSession
                || operation.error() == ErrorCode.SESSION_EXPIRED.code();
        if (ended) {
            newSession();
            drop();
        }
    }

    /** Whoever is refused for want of space asks again. */
    private void settled(Operation operation) {
        isRefusedForSpace = operation.error() == ErrorCode.QUOTA_EXCEEDED.code();
        if (isRefusedForSpace) {
            settling = null;
            actsAgain();
        } else if (operation.error() == 0) {
            settledAtNanos = time.nowNanos();
        } else if (operation.error() != ErrorCode.SESSION_EXPIRED.code()) {
            throw new Violation("G-20", "nothing is wrong any more, yet " + operation);
        }
    }

    @Override
    public boolean isRefusedForSpace() {
        return isRefusedForSpace;
    }

    /** Notes what there is too much of, if it can only be one thing. */
    private void beyondLimits(Operation operation) {
        if (operation.request().opCode().kind() == OpCode.Kind.READ) {
            reached.accept(Reached.WATCH_TOO_MANY);
            return;
        }
        List<Reached> causes = new ArrayList<>();
        if (plan.has(Fault.DISK_FULL) || plan.has(Fault.FULL_AT_SYNC)) {
            causes.add(Reached.REFUSED_FOR_SPACE);
        }
        if (plan.has(Feature.QUOTAS)) {
            causes.add(Reached.REFUSED_BY_A_QUOTA);
        }
        if (plan.has(Scarcity.EPHEMERALS)) {
            causes.add(Reached.EPHEMERAL_TOO_MANY);
        }
        if (plan.has(Scarcity.MEMORY)) {
            causes.add(Reached.TREE_TOO_LARGE);
        }
        if (causes.size() == 1) {
            reached.accept(causes.get(0));
        }
    }

    /** Answers the challenge; what the server says to that only shows that it knows the password too. */
    private void goOnLoggingIn(Operation asked, Bytes said) {
        if (asked.request().equals(new Request.Sasl(Bytes.EMPTY))) {
            boolean isWrong = loggingIn.isWrong() && isHeard();
            String password = isWrong ? "not " + loggingIn.user() : loggingIn.user();
            Operation login = send(new Request.Sasl(LoginProof.of(loggingIn.user(), password, name + "-" + xid, said)));
            wrongLogin = isWrong ? login : wrongLogin;
        } else {
            reached.accept(Reached.LOGGED_IN);
            loggingIn = null;
        }
    }

    private static void requireRefused(Operation login, Consumer<Reached> reached) {
        if (login.error() != ErrorCode.AUTH_FAILED.code()) {
            throw new Violation("SEC-20", "a wrong password was no obstacle: " + login);
        }
        reached.accept(Reached.LOGIN_REFUSED);
    }

    private static void requireTaken(Operation call, Consumer<Reached> reached) {
        if (call.error() != 0) {
            throw new Violation("BI-23", "who looks for this ensemble or for any is let in: " + call);
        }
        reached.accept(Reached.ENSEMBLE_CALLED);
    }

    private void newSession() {
        session = 0;
        password = ConnectRequest.NO_PASSWORD;
        watches.forget();
    }
}
