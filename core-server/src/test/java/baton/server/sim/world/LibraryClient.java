package baton.server.sim.world;

import baton.client.session.Effect;
import baton.client.session.Event;
import baton.client.session.Frames;
import baton.client.session.Outcome;
import baton.client.session.ServerAddress;
import baton.client.session.SessionMachine;
import baton.client.session.SessionSettings;
import baton.client.session.SessionSettings.Confirmation;
import baton.client.session.SessionSettings.Quorum;
import baton.protocol.ClientIdentity;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.sim.history.Caller;
import baton.server.sim.history.History;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that uses our client library: the session machine of production, with the simulated wires as its connections and
 * virtual time as its clock. It decides when to dial, ping, give up and ask for its watches again; the user of it
 * does what a {@link Workload} says. What goes over the wire is {@linkplain Overheard written down} beside it, so the library is
 * judged like everybody who speaks the protocol, and by what it tells its user too.
 */
final class LibraryClient implements Client, Effect.World {
    private static final ServerAddress SERVER = new ServerAddress("server", 2181);
    private static final ServerAddress NOBODY = new ServerAddress("nobody", 2181);

    /** Before a user whose session is over opens another. */
    private static final long REST_NANOS = 20_000_000;

    /** Timers are late, and never early: rule CLK-3. */
    private static final long LATE_NANOS_MAX = 2_000_000;

    private static final int REPLY_BYTES_SMALL = 64 << 10;
    private static final int REPLY_BYTES_AMPLE = 4 << 20;
    private static final int XID_AT = 4;
    private static final int OPERATION_AT = 8;
    private static final int SET_WATCHES = OpCode.SET_WATCHES.code();
    private static final int ASKED_DETACHED_ONE_IN = 8;

    private final VirtualTime time;
    private final Plan plan;
    private final Defect defect;
    private final Chance chance;
    private final SimulatedMachine machine;
    private final History history;
    private final Consumer<Reached> reached;
    private final Workload workload;
    private final Schedule schedule;
    private final String name;
    private final int burst;
    private final int replyBytesMax;

    /** What its clock shows when the run begins: clocks of processes begin anywhere, and may pass their largest number. */
    private final long clockNanos;

    private final Set<Asked> waiting = new LinkedHashSet<>();

    /** Who it has told the library it is, in this session. */
    private final List<ClientIdentity> identities = new ArrayList<>();

    /** What its user watches, over whatever connection. */
    private final ClientWatches watches = new ClientWatches();

    private SessionMachine session;
    private int sessions;
    private int connections;
    private @Nullable Link link;

    /** Its session's number as soon as the server has told it; 0 before that and when all is over. */
    private long known;

    /** What the library is being asked. */
    private @Nullable Asked asking;

    private VirtualTime.@Nullable Timer wake;
    private VirtualTime.@Nullable Timer acting;
    private long unansweredUntilNanos;
    private boolean answeredLate;
    private boolean attached;
    private boolean ended;
    private int steps;
    private boolean working = true;
    private boolean calm;
    private boolean gone;
    private @Nullable Asked settling;
    private boolean settled;
    private boolean refusedForSpace;

    LibraryClient(
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
        this.name = WorldClient.name(number);
        this.chance = new Chance(plan.seed()).fork(name);
        this.machine = machine;
        this.history = history;
        this.reached = reached;
        this.workload = new Workload(chance.fork("work"), plan, number);
        this.gone = !schedule.includes(name);
        this.burst = (int) chance.spread(1, plan.requestsMax());
        this.replyBytesMax = chance.oneIn(4) ? REPLY_BYTES_SMALL : REPLY_BYTES_AMPLE;
        this.clockNanos = chance.oneIn(2) ? chance.nextLong() : Long.MAX_VALUE - chance.below(4_000_000_000L);
        this.session = newSession();
        time.after(chance.below(50_000_000), this::begin);
    }

    private SessionMachine newSession() {
        Chance own = chance.fork("session" + ++sessions);
        List<ServerAddress> servers = own.oneIn(3) ? List.of(SERVER, NOBODY) : List.of(SERVER);
        SessionSettings settings = new SessionSettings(
                servers,
                plan.sessionMillis(),
                List.of(),
                own.oneIn(3) ? Confirmation.QUORUM_WRITE : Confirmation.ANY_REPLY,
                1,
                replyBytesMax,
                own.oneIn(4) ? 2 : 1_000,
                Optional.empty(),
                own.oneIn(2) ? Quorum.REQUIRED : Quorum.PREFERRED);
        return new SessionMachine(settings, own::below);
    }

    private long clock() {
        return clockNanos + time.nowNanos();
    }

    private void begin() {
        if (!gone) {
            take(new Event.Start());
            actsAgain();
            looksAgain();
        }
    }

    private void take(Event event) {
        for (Effect each : session.on(event, clock())) {
            each.accept(this);
        }
    }

    // What its user does.

    private void act() {
        acting = null;
        if (gone) {
            return;
        }
        boolean asks = attached || chance.oneIn(ASKED_DETACHED_ONE_IN);
        if (asks && isAtWork()) {
            for (long i = chance.spread(1, plan.pipeline()); i > 0 && isAtWork() && !ended; i--) {
                step();
            }
        } else if (attached && calm && settling == null && !settled) {
            settling = asked(workload.atLast(sessions + "-" + connections + "-" + time.nowNanos()));
            submit(settling);
        }
        actsAgain();
    }

    private void actsAgain() {
        if (acting != null) {
            acting.cancel();
        }
        long thinks = chance.spread(plan.thinkNanosMax() / 100, plan.thinkNanosMax());
        if (working) {
            acting = time.after(Math.max(burstAtNanos() - time.nowNanos(), thinks), this::act);
        } else if (calm && !settled) {
            acting = time.after(thinks, this::act);
        }
    }

    private boolean isAtWork() {
        return working && time.nowNanos() >= burstAtNanos();
    }

    private long burstAtNanos() {
        long bursts = (plan.requestsMax() + burst - 1) / burst;
        return plan.durationMillis() * 1_000_000L / bursts * (steps / burst);
    }

    private void step() {
        Deed deed = schedule.next(name, Deed.class, () -> workload.next(time.nowNanos()));
        if (deed != null) {
            deed.by(this);
        }
        working &= ++steps < plan.requestsMax();
    }

    /** Asks for anything but what the library asks for by itself. */
    @Override
    public void ask(Request request) {
        if (!isForWatches(request)) {
            if (request instanceof Request.Auth auth && !ended) {
                identities.add(Caller.shown(auth.proof().utf8()));
            }
            submit(asked(request));
        }
    }

    private Asked asked(Request request) {
        return new Asked(request, Frames.request(request), identities);
    }

    private static boolean isForWatches(Request request) {
        return request instanceof Request.SetWatches || request instanceof Request.SetWatches2;
    }

    private void submit(Asked asked) {
        waiting.add(asked);
        asking = asked;
        take(new Event.Submit(asked, asked.request(), asked.frame()));
        asking = null;
    }

    @Override
    public void askInPart(Request request) {
        ask(request);
    }

    /** Ends the session, or lets go of it. */
    @Override
    public void sayGoodbye(Deed.SayGoodbye how) {
        take(how.waits() || !how.returns() ? new Event.End() : new Event.Abandon());
    }

    // What no user of a library can do.

    @Override
    public void logIn(Deed.LogIn how) {}

    @Override
    public void sayWrong(BadFrame frame) {}

    @Override
    public void goWrong() {}

    @Override
    public void askForMuch() {
        if (attached) {
            ask(Workload.much());
        }
    }

    private void looksAgain() {
        time.after(chance.spread(1_000_000, plan.sessionMillis() * 1_000_000L), this::look);
    }

    private void look() {
        if (gone) {
            return;
        }
        if (attached && link != null && link.overheard.isQuiet()) {
            link.overheard.lookAtWatches(machine);
            machine.requireWatches(link.wire, watches);
        }
        looksAgain();
    }

    // What is done to it.

    @Override
    public long session() {
        return known;
    }

    @Override
    public @Nullable Wire wire() {
        return link != null && link.overheard.isWelcome() ? link.wire : null;
    }

    @Override
    public void drop() {
        Link lost = link;
        if (lost != null) {
            link = null;
            if (chance.oneIn(2)) {
                lost.wire.closeByClient();
            } else {
                lost.wire.resetByClient();
            }
            take(new Event.ConnectionLost(lost.attempt, "dropped"));
        }
    }

    @Override
    public void vanish() {
        Link lost = link;
        if (lost != null) {
            link = null;
            lost.wire.vanish();
            if (!gone) {
                unanswered(chance.oneIn(2) ? 0 : plan.sessionMillis() * chance.between(900_000, 1_300_000), false);
                take(new Event.ConnectionLost(lost.attempt, "vanished"));
            }
        }
    }

    @Override
    public void unanswered(long nanos, boolean late) {
        unansweredUntilNanos = time.nowNanos() + nanos;
        answeredLate = late;
    }

    @Override
    public void settle() {
        calm = true;
        working = false;
        actsAgain();
    }

    @Override
    public boolean isSettled() {
        return gone || attached && settled && waiting.isEmpty();
    }

    @Override
    public boolean isRefusedForSpace() {
        return refusedForSpace;
    }

    @Override
    public void leave() {
        gone = true;
        cancelWake();
        vanish();
    }

    // What the library wants.

    @Override
    public void dial(Effect.Dial dial) {
        connections++;
        machine.sessions().returns(known);
        Link next = new Link(dial.attempt());
        link = next;
        long answered = chance.spread(1, plan.wireNanosMax());
        boolean isThere = dial.server().equals(SERVER);
        if (isThere && time.nowNanos() < unansweredUntilNanos) {
            reached.accept(Reached.DIALED_IN_VAIN);
            if (!answeredLate) {
                return;
            }
            answered += unansweredUntilNanos - time.nowNanos();
        }
        time.after(answered, () -> next.answered(isThere));
    }

    @Override
    public void hangUp(Effect.HangUp hangUp) {
        if (link != null) {
            link.wire.closeByClient();
            link = null;
        }
    }

    @Override
    public void send(Effect.Send send) {
        Link to = link;
        if (to == null) {
            throw new Violation("INV-10", "the library sends without a connection");
        }
        byte[] frame = sent(send.frame().unsafeArray());
        Operation operation = to.overheard.said(frame);
        time.trace(() -> name + " asks " + operation);
        if (operation != null && asking != null && asking.frame() == frame) {
            asking.sent(operation);
        }
        if (operation != null && operation.request() instanceof Request.CloseSession) {
            machine.sessions().leaves(operation.session());
            to.wire.sendGoodbye(frame.clone());
        } else {
            to.wire.sendToServer(frame.clone());
        }
        if (operation != null && isForWatches(operation.request())) {
            reached.accept(Reached.LIBRARY_SET_WATCHES_AGAIN);
        }
    }

    /** Returns what is sent of a frame, of those that the library sends by itself. */
    private byte[] sent(byte[] frame) {
        ByteBuffer fields = ByteBuffer.wrap(frame);
        int xid = fields.getInt(XID_AT);
        if (asking != null) {
            return frame;
        } else if (defect == Defect.LIBRARY_PROVES_SOMETHING_ELSE && xid == Xid.AUTH) {
            return framed(xid, Workload.prove("nobody:0"));
        } else if (defect == Defect.LIBRARY_FORGETS_WATCHES && fields.getInt(OPERATION_AT) == SET_WATCHES) {
            return framed(xid, new Request.SetWatches(0, List.of(), List.of(), List.of()));
        }
        return frame;
    }

    private static byte[] framed(int xid, Request request) {
        WireWriter out = new WireWriter();
        Wire.frame(out, xid, request);
        return out.toArray();
    }

    @Override
    public void complete(Effect.Complete complete) {
        Asked asked = (Asked) complete.tag();
        Outcome outcome = told(complete.outcome());
        time.trace(() -> name + " is told by the library " + outcome + " of " + asked.request());
        waiting.remove(asked);
        asked.completed(outcome);
        if (outcome == Outcome.Lost.IN_DOUBT) {
            reached.accept(Reached.LIBRARY_IN_DOUBT);
        } else if (outcome == Outcome.Lost.NOT_SENT) {
            reached.accept(Reached.LIBRARY_SENT_NOTHING);
        }
        note(asked, outcome);
        if (asked == settling) {
            settled(outcome);
        }
    }

    /** Takes note of what is watched then. Whoever gives up a watch has done with it, whatever becomes of that. */
    private void note(Asked asked, Outcome outcome) {
        Operation operation = asked.operation();
        if (operation != null && operation.isAnswered()) {
            watches.answered(operation);
        } else if (asked.request() instanceof Request.RemoveWatches removal && (operation != null || !attached)) {
            watches.gaveUp(removal);
        }
    }

    private Outcome told(Outcome outcome) {
        boolean isLie = outcome == Outcome.Lost.IN_DOUBT && defect == Defect.LIBRARY_CALLS_DOUBT_NOTHING;
        return isLie ? Outcome.Lost.NOT_SENT : outcome;
    }

    private void settled(Outcome outcome) {
        settling = null;
        refusedForSpace = outcome instanceof Outcome.Refused refused && refused.code() == ErrorCode.QUOTA_EXCEEDED;
        settled = outcome instanceof Outcome.Answered;
        if (outcome instanceof Outcome.Refused refused
                && !refusedForSpace
                && refused.code() != ErrorCode.SESSION_EXPIRED) {
            throw new Violation("G-20", "nothing is wrong any more, yet " + name + " is told " + outcome);
        }
        actsAgain();
    }

    @Override
    public void deliver(Effect.Deliver deliver) {
        if (link == null || !link.overheard.hasHeardOf(deliver.event(), deliver.zxid())) {
            throw new Violation("G-16", "the library tells of " + deliver + ", which the server has not");
        }
        link.delivered = true;
        watches.told(deliver.event());
    }

    @Override
    public void attached(Effect.Attached told) {
        if (attached || ended) {
            throw new Violation("G-10", "the library says again, or too late, that the session is reachable");
        }
        attached = true;
        if (!told.first()) {
            reached.accept(Reached.LIBRARY_CAME_BACK);
        }
        actsAgain();
    }

    @Override
    public void detached(Effect.Detached told) {
        attached = false;
    }

    @Override
    public void unreachable(Effect.Unreachable unreachable) {}

    @Override
    public void extended(Effect.Extended extended) {
        long tooLong = defect == Defect.LIBRARY_TRUSTS_TOO_LONG ? plan.sessionMillis() * 2_000_000L : 0;
        machine.sessions().promised(known, time.nowNanos() + (extended.deadlineNanos() - clock()) + tooLong);
    }

    @Override
    public void ended(Effect.Ended told) {
        time.trace(() -> name + " is told that its session has ended: " + told);
        attached = false;
        ended = true;
        reached.accept(
                switch (told.end()) {
                    case EXPIRED -> Reached.LIBRARY_EXPIRED;
                    case GIVEN_UP -> Reached.LIBRARY_GAVE_UP;
                    case ENDED_BY_OWNER -> Reached.LIBRARY_ENDED;
                    case ABANDONED -> Reached.LIBRARY_ABANDONED;
                    case NOT_AUTHENTICATED ->
                        throw new Violation("SEC-20", "nobody wanted to know who it is, yet " + told.why());
                });
    }

    @Override
    public void wakeAt(Effect.WakeAt wakeAt) {
        cancelWake();
        long late = chance.oneIn(8) ? chance.below(LATE_NANOS_MAX) : 0;
        wake = time.after(wakeAt.nanos() - clock() + late, () -> take(new Event.TimeReached()));
    }

    private void cancelWake() {
        if (wake != null) {
            wake.cancel();
            wake = null;
        }
    }

    @Override
    public void finished(Effect.Finished finished) {
        cancelWake();
        if (link != null) {
            throw new Violation("INV-16", "the library is done, and has left its connection open");
        }
        known = 0;
        watches.forget();
        SessionMachine done = session;
        time.after(REST_NANOS, () -> {
            if (!gone && session == done) {
                ended = false;
                identities.clear();
                session = newSession();
                take(new Event.Start());
            }
        });
    }

    /** One connection, made or in the making. The library hears nothing of one that it has hung up. */
    private final class Link implements Wire.ClientEnd {
        private final int attempt;
        private final Wire wire;
        private final Overheard overheard;
        private final FrameBuffer input = new FrameBuffer();
        private boolean delivered;

        Link(int attempt) {
            this.attempt = attempt;
            this.wire = new Wire(time, chance.fork("wire" + connections), plan.wireNanosMax(), this);
            this.overheard = new Overheard(name, history, wire);
        }

        void answered(boolean isThere) {
            if (this != link) {
                return;
            } else if (isThere && machine.isUp()) {
                wire.asksFor(known);
                machine.accept(wire);
                take(new Event.Connected(attempt));
            } else {
                link = null;
                take(new Event.ConnectionLost(attempt, "refused"));
            }
        }

        @Override
        public void received(byte[] bytes) {
            input.add(bytes);
            for (byte[] frame = input.next(); frame != null && this == link; frame = input.next()) {
                time.note("frame", Arrays.hashCode(frame));
                int length = frame.length - Integer.BYTES;
                if (length > replyBytesMax) {
                    reached.accept(Reached.LIBRARY_REFUSED_A_FRAME);
                    take(new Event.FrameOversized(attempt, length));
                } else {
                    heard(frame, length);
                }
            }
        }

        private void heard(byte[] frame, int length) {
            boolean wasWelcome = overheard.isWelcome();
            Operation answered = overheard.heard(frame);
            time.trace(() -> name + " hears " + answered);
            if (!wasWelcome && overheard.isWelcome()) {
                welcomed();
            }
            boolean expectsEvent = overheard.hasHeardOfAnything() && !ended;
            delivered = false;
            take(new Event.FrameReceived(
                    attempt, ByteBuffer.wrap(frame, Integer.BYTES, length).slice()));
            if (expectsEvent && !delivered) {
                throw new Violation("G-16", "the library has told nobody of an event");
            }
        }

        private void welcomed() {
            if (known == 0) {
                machine.sessions().opened(overheard.session());
                known = overheard.session();
            }
        }

        @Override
        public void closed() {
            if (this != link) {
                return;
            }
            if (attached && plan.isCalm() && !machine.sessions().isLeaving(known)) {
                throw new Violation("SW-5", "nothing is wrong, yet the server has closed the connection of " + name);
            }
            link = null;
            take(new Event.ConnectionLost(attempt, "closed by the server"));
        }
    }
}
