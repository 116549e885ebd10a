package baton.server.sim.world;

import baton.client.session.Effect;
import baton.client.session.Event;
import baton.client.session.Outcome;
import baton.client.session.ServerAddress;
import baton.client.session.SessionMachine;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives session machines of the client library, one after the other, their wires, clock and timer, as the driver of production
 * does with sockets, and has what goes over the wires {@linkplain Overheard written down}.
 */
final class LibraryDriver implements Effect.World {
    static final ServerAddress SERVER = new ServerAddress("server", 2181);

    /** Where nobody listens. */
    static final ServerAddress NOBODY = new ServerAddress("nobody", 2181);

    /** Timers are late, and never early: rule CLK-3. */
    private static final long LATE_NANOS_MAX = 2_000_000;

    private static final int XID_AT = 4;
    private static final int OPERATION_AT = 8;
    private static final int SET_WATCHES = OpCode.SET_WATCHES.code();

    /** Who is told what the library tells. */
    interface User {
        void completed(Asked asked, Outcome outcome);

        void told(WatchEvent event);

        void attached(boolean first);

        void detached();

        void ended(Effect.Ended told);

        /** The library is done with the session. */
        void finished();
    }

    private final String name;
    private final Run run;
    private final VirtualTime time;
    private final Plan plan;
    private final Defect defect;
    private final Chance chance;
    private final SimulatedMachine machine;
    private final Unreached unreached;
    private final int replyBytesMax;
    private final User user;

    /** What its clock shows when the run begins: clocks of processes begin anywhere, and may pass their largest number. */
    private final long clockNanos;

    private SessionMachine session;
    private boolean ended;
    private boolean stopped;
    private int connections;
    private @Nullable Link link;

    /** Its session's number as soon as the server has told it; 0 before that and when all is over. */
    private long known;

    /** What the library is being asked. */
    private @Nullable Asked asking;

    private VirtualTime.@Nullable Timer wake;

    /** @param first the machine of the first session */
    LibraryDriver(
            String name,
            Run run,
            Chance chance,
            SimulatedMachine machine,
            int replyBytesMax,
            SessionMachine first,
            User user) {
        this.name = name;
        this.run = run;
        this.time = run.time();
        this.plan = run.plan();
        this.defect = run.defect();
        this.chance = chance;
        this.machine = machine;
        this.unreached = new Unreached(run);
        this.replyBytesMax = replyBytesMax;
        this.session = first;
        this.user = user;
        this.clockNanos = chance.oneIn(2) ? chance.nextLong() : Long.MAX_VALUE - chance.below(4_000_000_000L);
    }

    private long clock() {
        return clockNanos + time.nowNanos();
    }

    // What the user wants.

    /** Begins with the next session. */
    void begin(SessionMachine next) {
        session = next;
        ended = false;
        take(new Event.Start());
    }

    void submit(Asked asked) {
        asking = asked;
        take(new Event.Submit(asked, asked.request(), asked.frame()));
        asking = null;
    }

    void take(Event event) {
        for (Effect each : session.on(event, clock())) {
            each.accept(this);
        }
    }

    // What is done to it.

    /** Returns the session, 0 if there is none. */
    long session() {
        return known;
    }

    /** Returns the connection over which the session is served; null if it is not. */
    @Nullable
    Wire wire() {
        return link != null && link.overheard.isWelcome() ? link.wire : null;
    }

    /** Has the watches compared that the server holds, if the connection is quiet. */
    void lookAtWatches(ClientWatches wanted) {
        if (link != null && link.overheard.isQuiet()) {
            link.overheard.lookAtWatches(machine);
            machine.watches().require(link.wire, wanted);
        }
    }

    void drop() {
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

    void vanish() {
        Link lost = link;
        if (lost != null) {
            link = null;
            lost.wire.vanish();
            if (!stopped) {
                unanswered(chance.oneIn(2) ? 0 : plan.sessionMillis() * chance.between(900_000, 1_300_000), false);
                take(new Event.ConnectionLost(lost.attempt, "vanished"));
            }
        }
    }

    void unanswered(long nanos, boolean late) {
        unreached.begin(nanos, late);
    }

    /** Is never heard of again. */
    void stop() {
        stopped = true;
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
        if (isThere) {
            answered = unreached.answeredAfterNanos(answered);
        }
        if (answered != Unreached.NEVER) {
            time.after(answered, () -> next.answered(isThere));
        }
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
        if (operation != null && Workload.isForWatches(operation.request())) {
            run.reach(Reached.LIBRARY_SET_WATCHES_AGAIN);
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
        Outcome outcome = complete.outcome();
        boolean isLie = outcome == Outcome.Lost.IN_DOUBT && defect == Defect.LIBRARY_CALLS_DOUBT_NOTHING;
        user.completed((Asked) complete.tag(), isLie ? Outcome.Lost.NOT_SENT : outcome);
    }

    @Override
    public void deliver(Effect.Deliver deliver) {
        if (link == null || !link.overheard.hasHeardOf(deliver.event(), deliver.zxid())) {
            throw new Violation("G-16", "the library tells of " + deliver + ", which the server has not");
        }
        link.delivered = true;
        user.told(deliver.event());
    }

    @Override
    public void attached(Effect.Attached told) {
        user.attached(told.first());
    }

    @Override
    public void detached(Effect.Detached told) {
        user.detached();
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
        ended = true;
        user.ended(told);
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
        user.finished();
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
            this.overheard = new Overheard(name, run.history(), wire);
        }

        void answered(boolean isThere) {
            if (this != link) {
                return;
            } else if (isThere && machine.isUp()) {
                wire.asksFor(known);
                machine.reception().accept(wire);
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
                    run.reach(Reached.LIBRARY_REFUSED_A_FRAME);
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
            if (overheard.isWelcome() && plan.isCalm() && !machine.sessions().isLeaving(known)) {
                throw new Violation("SW-5", "nothing is wrong, yet the server has closed the connection of " + name);
            }
            link = null;
            take(new Event.ConnectionLost(attempt, "closed by the server"));
        }
    }
}
