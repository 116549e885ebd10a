package baton.server.sim.world;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks the protocol by itself, over one {@link WorldLink} after the other: it dials, takes its session up
 * again, sends several requests at a time, pings, gives a silent connection up, and never sends a request twice.
 */
final class WorldClient implements Client, WorldLink.User {
    /** What it may call the ensemble; whoever calls none will have any. */
    private static final List<String> ENSEMBLES = List.of(EnforcedSettings.ENSEMBLE, "");

    /** Before it dials again, when nobody was there. */
    private static final long REST_NANOS = 20_000_000;

    /** Whoever has dialed so often in vain rests twice as long each time, up to so many times. */
    private static final int DIALS_IN_A_HURRY = 200;

    private static final int DOUBLINGS_MAX = 8;

    private final Run run;
    private final VirtualTime time;
    private final Plan plan;
    private final Chance chance;

    /** How it goes. */
    private final Chance leaving;

    private final SimulatedMachine machine;
    private final Workload workload;
    private final String name;
    private final long patienceNanos;
    private final KeptSession session = new KeptSession();
    private final LeftInFlight leftInFlight = new LeftInFlight();
    private final Unreached unreached;
    private final Bursts bursts;

    /** Its connection, made or in the making. */
    private @Nullable WorldLink link;

    /** The one before. */
    private @Nullable WorldLink previous;

    private int connections;
    private int vainDials;
    private long dialsAtNanos;
    private VirtualTime.@Nullable Timer acting;

    /** How it goes, if it has asked for the end of its session and does not care for the answer. */
    private Deed.@Nullable SayGoodbye going;

    private boolean calm;
    private boolean gone;
    private long heardAtNanos;
    private boolean settled;
    private @Nullable Operation settling;
    private boolean isRefusedForSpace;

    WorldClient(int number, Run run, SimulatedMachine machine) {
        this.run = run;
        this.time = run.time();
        this.plan = run.plan();
        this.name = name(number);
        this.chance = new Chance(plan.seed()).fork(name);
        this.leaving = chance.fork("leaving");
        this.machine = machine;
        this.unreached = new Unreached(run);
        // Raw clients never give up, and some of them had better not.
        this.patienceNanos = chance.oneIn(2) ? 2 * pingNanos() : 4 * pingNanos() * 3;
        this.workload = new Workload(chance.fork("work"), plan, number);
        this.gone = !run.schedule().includes(name);
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

    private boolean isHere() {
        return link != null && link.isWelcome();
    }

    private void act() {
        acting = null;
        if (gone) {
            return;
        }
        if (link == null && time.nowNanos() >= dialsAtNanos) {
            dial();
        } else if (isHere() && bursts.areOn()) {
            for (long i = chance.spread(1, plan.pipeline()); i > 0 && bursts.areOn() && isHere(); i--) {
                step();
            }
            if (going != null) {
                goWithoutWaiting(going.returns());
            }
        } else if (isHere() && calm && settling == null) {
            settling = link.send(workload.atLast(connections + "-" + session.xid()));
        }
        actsAgain();
    }

    /** Thinks for a while, or rests. Who has nothing to do until something else happens is called when it does. */
    private void actsAgain() {
        long thinks = chance.spread(plan.thinkNanosMax() / 100, plan.thinkNanosMax());
        if (link == null) {
            actsAfter(Math.max(dialsAtNanos - time.nowNanos(), thinks));
        } else if (isHere() && bursts.areToCome()) {
            actsAfter(Math.max(bursts.nextAtNanos() - time.nowNanos(), thinks));
        } else if (isHere() && calm && settling == null) {
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
        Deed deed = run.schedule().next(name, Deed.class, () -> workload.next(time.nowNanos()));
        if (deed != null) {
            deed.by(this);
        }
        bursts.stepped();
    }

    private void ping() {
        if (gone) {
            return;
        }
        if (link != null && time.nowNanos() - heardAtNanos > patienceNanos) {
            drop();
        } else if (isHere()) {
            link.lookAtWatches();
            link.send(Request.Ping.INSTANCE);
        }
        time.after(pingNanos() * 2 / 3, this::ping);
    }

    private void dial() {
        boolean lying = plan.has(Fault.LIE) && session.id() != 0 && chance.oneIn(4);
        machine.sessions().returns(session.id());
        heardAtNanos = time.nowNanos();
        connections++;
        vainDials++;
        Chance wires = chance.fork("wire" + connections);
        WorldLink dialed = new WorldLink(name, run, machine, session, this, wires, connections, lying);
        link = dialed;
        long answered = unreached.answeredAfterNanos(chance.spread(1, plan.wireNanosMax()));
        if (answered != Unreached.NEVER) {
            time.after(answered, () -> {
                if (link == dialed) {
                    reaches(dialed);
                }
            });
        }
    }

    private void reaches(WorldLink dialed) {
        if (previous != null) {
            previous.wire().superseded(() -> run.reach(Reached.DELIVERED_BY_THE_OLD_CONNECTION));
        }
        leftInFlight.takesUp(session.id(), run.history().nextMoment());
        if (machine.isEnding(session.id())) {
            run.reach(Reached.RETURNED_TO_AN_ENDING_SESSION);
        }
        dialed.sayHello();
    }

    /** Says whether a write happened when it had come back already for the session in which it asked for that. */
    boolean hasMovedWithAWriteInFlight() {
        return leftInFlight.hasMoved(run.history());
    }

    // What it is to do.

    @Override
    public void ask(Request request) {
        link.send(Workload.since(session.seenZxid(), request));
    }

    @Override
    public void askInPart(Request request) {
        Request asked = Workload.since(session.seenZxid(), request);
        boolean hasEnd = !(asked instanceof Request.Auth || asked instanceof Request.WhoAmI);
        if (hasEnd && link.isHeard()) {
            link.sendInPart(asked);
        } else {
            link.send(asked);
        }
    }

    @Override
    public void sayGoodbye(Deed.SayGoodbye how) {
        going = how.waits() || !link.isHeard() ? null : how;
        link.send(Request.CloseSession.INSTANCE);
    }

    @Override
    public void logIn(Deed.LogIn how) {
        link.logIn(how);
    }

    @Override
    public void sayWrong(BadFrame frame) {
        link.sayWrong(frame);
    }

    @Override
    public void goWrong() {
        sayWrong(BadFrame.UNKNOWN_OPERATION);
        machine.sessions().asksInVain(session.id());
        link.send(Request.CloseSession.INSTANCE);
        drop();
    }

    @Override
    public void askForMuch() {
        if (isHere() && link.isHeard()) {
            link.send(Workload.much());
        }
    }

    // What is done to it.

    @Override
    public long session() {
        return session.id();
    }

    @Override
    public @Nullable Wire wire() {
        return isHere() ? link.wire() : null;
    }

    @Override
    public void drop() {
        if (link != null) {
            Wire old = away();
            if (leaving.oneIn(2)) {
                old.closeByClient();
            } else {
                old.resetByClient();
            }
        }
    }

    /** Closes its end as C clients do: right behind the end of its session, with answers on their way. Some want it back. */
    private void goWithoutWaiting(boolean returns) {
        run.reach(Reached.WENT_WITHOUT_WAITING);
        if (!returns) {
            session.end();
        }
        away().closeByClient();
        if (returns) {
            dialsAtNanos = time.nowNanos();
            actsAfter(0);
        }
    }

    @Override
    public void vanish() {
        if (link != null) {
            Wire old = away();
            // Not without trying to be back just when the server gives it up.
            dialsAtNanos += chance.oneIn(2) ? 0 : plan.sessionMillis() * chance.between(900_000, 1_300_000);
            old.vanish();
        }
    }

    @Override
    public void unanswered(long nanos, boolean late) {
        unreached.begin(nanos, late);
    }

    /** Has no connection any more; returns what was one. */
    private Wire away() {
        WorldLink lost = link;
        lost.end();
        link = null;
        previous = lost;
        going = null;
        settling = null;
        int doublings = Math.max(0, Math.min(DOUBLINGS_MAX, vainDials - DIALS_IN_A_HURRY));
        dialsAtNanos = time.nowNanos() + (REST_NANOS << doublings);
        leftInFlight.lost(lost.unanswered().all());
        actsAgain();
        return lost.wire();
    }

    @Override
    public void settle() {
        calm = true;
        bursts.end();
        actsAgain();
    }

    @Override
    public boolean isSettled() {
        return gone || isHere() && settled && link.unanswered().isIdle();
    }

    @Override
    public boolean isRefusedForSpace() {
        return isRefusedForSpace;
    }

    @Override
    public void leave() {
        gone = true;
        vanish();
    }

    // What it hears.

    @Override
    public void hears() {
        heardAtNanos = time.nowNanos();
        vainDials = 0;
    }

    @Override
    public void welcome() {
        if (run.defect() == Defect.CLIENT_RESENDS) {
            leftInFlight.writesOf(session.id()).forEach(link::transmit);
        }
        if (chance.oneIn(4)) {
            session.proofs().clear();
        }
        if (plan.has(Feature.CALLS)) {
            link.send(Workload.call(ENSEMBLES.get(connections % ENSEMBLES.size())));
        }
        List.copyOf(session.proofs()).forEach(each -> link.send(Workload.prove(each)));
        ClientWatches watches = session.watches();
        if (watches.isEmpty() || chance.oneIn(4)) {
            watches.forget();
        } else {
            watches.again(session.seenZxid(), chance.oneIn(2)).forEach(link::send);
        }
        actsAgain();
    }

    @Override
    public void answered(Operation operation) {
        if (operation == settling) {
            settled(operation);
        }
    }

    /** Whoever is refused for want of space asks again. */
    private void settled(Operation operation) {
        isRefusedForSpace = operation.error() == ErrorCode.QUOTA_EXCEEDED.code();
        if (isRefusedForSpace) {
            settling = null;
            actsAgain();
        } else if (operation.error() == 0) {
            settled = true;
        } else if (operation.error() != ErrorCode.SESSION_EXPIRED.code()) {
            throw new Violation("G-20", "nothing is wrong any more, yet " + operation);
        }
    }

    @Override
    public void sessionOver() {
        session.end();
        drop();
    }

    @Override
    public void closed() {
        away();
    }
}
