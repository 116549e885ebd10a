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
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.server.sim.history.Caller;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that uses our client library, the {@linkplain LibraryDriver session machine} of production. That decides when to
 * dial, ping, give up and ask for its watches again; the user of it does what a {@link Workload} says, and compares what he
 * is told with what went over the wire.
 */
final class LibraryClient implements Client, LibraryDriver.User {
    /** Before a user whose session is over opens another. */
    private static final long REST_NANOS = 20_000_000;

    private static final int REPLY_BYTES_SMALL = 64 << 10;
    private static final int REPLY_BYTES_AMPLE = 4 << 20;
    private static final int ASKED_DETACHED_ONE_IN = 8;

    private final Run run;
    private final VirtualTime time;
    private final Plan plan;
    private final Chance chance;
    private final Workload workload;
    private final Schedule schedule;
    private final String name;
    private final Bursts bursts;
    private final int replyBytesMax;
    private final LibraryDriver driver;
    private final Set<Asked> waiting = new LinkedHashSet<>();

    /** Who it has told the library it is, in this session. */
    private final List<ClientIdentity> identities = new ArrayList<>();

    /** What it watches, over whatever connection. */
    private final ClientWatches watches = new ClientWatches();

    private int sessions;
    private VirtualTime.@Nullable Timer acting;
    private boolean attached;
    private boolean ended;
    private boolean calm;
    private boolean gone;
    private @Nullable Asked settling;
    private boolean settled;
    private boolean refusedForSpace;

    LibraryClient(int number, Run run, SimulatedMachine machine) {
        this.run = run;
        this.time = run.time();
        this.plan = run.plan();
        this.schedule = run.schedule();
        this.name = WorldClient.name(number);
        this.chance = new Chance(plan.seed()).fork(name);
        this.workload = new Workload(chance.fork("work"), plan, number);
        this.gone = !schedule.includes(name);
        this.bursts = new Bursts(time, plan, chance);
        this.replyBytesMax = chance.oneIn(4) ? REPLY_BYTES_SMALL : REPLY_BYTES_AMPLE;
        SessionMachine first = newSession();
        Chance own = chance.fork("driver");
        this.driver = new LibraryDriver(name, run, own, machine, replyBytesMax, first, this);
        time.after(chance.below(50_000_000), () -> begin(first));
    }

    private SessionMachine newSession() {
        Chance own = chance.fork("session" + ++sessions);
        List<ServerAddress> servers =
                own.oneIn(3) ? List.of(LibraryDriver.SERVER, LibraryDriver.NOBODY) : List.of(LibraryDriver.SERVER);
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

    private void begin(SessionMachine first) {
        if (!gone) {
            driver.begin(first);
            actsAgain();
            looksAgain();
        }
    }

    // What its user does.

    private void act() {
        acting = null;
        if (gone) {
            return;
        }
        boolean asks = attached || chance.oneIn(ASKED_DETACHED_ONE_IN);
        if (asks && bursts.areOn()) {
            for (long i = chance.spread(1, plan.pipeline()); i > 0 && bursts.areOn() && !ended; i--) {
                step();
            }
        } else if (attached && calm && settling == null && !settled) {
            settling = asked(workload.atLast(sessions + "-" + time.nowNanos()));
            submit(settling);
        }
        actsAgain();
    }

    private void actsAgain() {
        if (acting != null) {
            acting.cancel();
        }
        long thinks = chance.spread(plan.thinkNanosMax() / 100, plan.thinkNanosMax());
        if (bursts.areToCome()) {
            acting = time.after(Math.max(bursts.nextAtNanos() - time.nowNanos(), thinks), this::act);
        } else if (calm && !settled) {
            acting = time.after(thinks, this::act);
        }
    }

    private void step() {
        Deed deed = schedule.next(name, Deed.class, () -> workload.next(time.nowNanos()));
        if (deed != null) {
            deed.by(this);
        }
        bursts.stepped();
    }

    /** Asks for anything but what the library asks for by itself. */
    @Override
    public void ask(Request request) {
        if (!Workload.isForWatches(request)) {
            if (request instanceof Request.Auth auth && !ended) {
                identities.add(Caller.shown(auth.proof().utf8()));
            }
            submit(asked(request));
        }
    }

    private Asked asked(Request request) {
        return new Asked(request, Frames.request(request), identities);
    }

    private void submit(Asked asked) {
        waiting.add(asked);
        driver.submit(asked);
    }

    @Override
    public void askInPart(Request request) {
        ask(request);
    }

    /** Ends the session, or lets go of it. */
    @Override
    public void sayGoodbye(Deed.SayGoodbye how) {
        driver.take(how.waits() || !how.returns() ? new Event.End() : new Event.Abandon());
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
        if (attached) {
            driver.lookAtWatches(watches);
        }
        looksAgain();
    }

    // What is done to it.

    @Override
    public long session() {
        return driver.session();
    }

    @Override
    public @Nullable Wire wire() {
        return driver.wire();
    }

    @Override
    public void drop() {
        driver.drop();
    }

    @Override
    public void vanish() {
        driver.vanish();
    }

    @Override
    public void unanswered(long nanos, boolean late) {
        driver.unanswered(nanos, late);
    }

    @Override
    public void settle() {
        calm = true;
        bursts.end();
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
        driver.stop();
    }

    // What it is told.

    @Override
    public void completed(Asked asked, Outcome outcome) {
        time.trace(() -> name + " is told by the library " + outcome + " of " + asked.request());
        waiting.remove(asked);
        asked.completed(outcome);
        if (outcome == Outcome.Lost.IN_DOUBT) {
            run.reach(Reached.LIBRARY_IN_DOUBT);
        } else if (outcome == Outcome.Lost.NOT_SENT) {
            run.reach(Reached.LIBRARY_SENT_NOTHING);
        }
        note(asked);
        if (asked == settling) {
            settled(outcome);
        }
    }

    /** Takes note of what is watched then. Whoever gives up a watch has done with it, whatever becomes of that. */
    private void note(Asked asked) {
        Operation operation = asked.operation();
        if (operation != null && operation.isAnswered()) {
            watches.answered(operation);
        } else if (asked.request() instanceof Request.RemoveWatches removal && (operation != null || !attached)) {
            watches.gaveUp(removal);
        }
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
    public void told(WatchEvent event) {
        watches.told(event);
    }

    @Override
    public void attached(boolean first) {
        if (attached || ended) {
            throw new Violation("G-10", "the library says again, or too late, that the session is reachable");
        }
        attached = true;
        if (!first) {
            run.reach(Reached.LIBRARY_CAME_BACK);
        }
        actsAgain();
    }

    @Override
    public void detached() {
        attached = false;
    }

    @Override
    public void ended(Effect.Ended told) {
        attached = false;
        ended = true;
        run.reach(
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
    public void finished() {
        watches.forget();
        time.after(REST_NANOS, () -> {
            if (!gone) {
                ended = false;
                identities.clear();
                driver.begin(newSession());
            }
        });
    }
}
