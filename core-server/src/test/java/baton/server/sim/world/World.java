package baton.server.sim.world;

import baton.server.sim.history.Chronicle;
import baton.server.sim.history.History;
import baton.server.sim.history.HistoryCheck;
import baton.server.sim.history.Violation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of one seed: a server, its clients and everything that goes wrong; then a time in which nothing does, and in
 * which everybody must be served again; then silence, in which every session must end; then two restarts, and the judgement
 * of the whole history.
 */
final class World {
    private static final long WARM_UP_NANOS = 500_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final Plan plan;
    private final VirtualTime time = new VirtualTime();
    private final History history;
    private final Map<Reached, Integer> reached = new EnumMap<>(Reached.class);
    private final List<Client> clients = new ArrayList<>();
    private final List<WorldClient> speakers = new ArrayList<>();
    private final SimulatedMachine machine;
    private final Chance chance;
    private final Schedule schedule;
    private final Run run;
    private boolean faulty = true;
    private long outageUntilNanos;
    private long endsAtNanos;

    /** Makes a world in which everything happens that the plan's seed wants. */
    World(Plan plan, Defect defect) {
        this(plan, defect, Schedule.ofEverything());
    }

    World(Plan plan, Defect defect, Schedule schedule) {
        this.plan = plan;
        this.schedule = schedule;
        this.history = new History(time::nowNanos, plan.firstZxid());
        Chance all = new Chance(plan.seed());
        this.chance = all.fork("faults");
        this.run = new Run(plan, defect, schedule, time, history, this::reach);
        this.machine = new SimulatedMachine(run, all.fork("machine"));
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(newClient(i));
        }
    }

    private Client newClient(int number) {
        if (plan.usesLibrary(number)) {
            return new LibraryClient(number, run, machine);
        }
        WorldClient speaker = new WorldClient(number, run, machine);
        speakers.add(speaker);
        return speaker;
    }

    private void reach(Reached what) {
        reached.merge(what, 1, Integer::sum);
    }

    Map<Reached, Integer> reached() {
        return reached;
    }

    /** Keeps a line for each thing that happens from now on. */
    List<String> trace() {
        return time.startTrace();
    }

    SimulatedMachine machine() {
        return machine;
    }

    History history() {
        return history;
    }

    long simulatedNanos() {
        return time.nowNanos();
    }

    int operations() {
        return history.operations().size();
    }

    /** Returns a number that two runs of one seed must share. */
    long hash() {
        return time.hash();
    }

    /** Returns how many things have happened: turns of threads, bytes that arrive, timers. */
    long steps() {
        return time.steps();
    }

    /** Runs it all; throws a {@link Violation} if a promise is broken. */
    void run() {
        machine.boot();
        pass(WARM_UP_NANOS);
        for (Fault each : plan.faults()) {
            Chance own = chance.fork(each.name());
            time.after(own.below(plan.faultNanosMax()), () -> strike(each, own));
        }
        endsAtNanos = time.nowNanos() + schedule.runLasts(plan.durationMillis() * NANOS_PER_MILLI);
        while (time.nowNanos() < endsAtNanos) {
            time.runUntil(endsAtNanos);
        }
        recover();
        fallSilent();
        restart(false);
        restart(true);
        machine.files().noteIn(run);
        history.eras().forEach(each -> judge(new HistoryCheck(each, plan.bounds()).run()));
        if (speakers.stream().anyMatch(WorldClient::hasMovedWithAWriteInFlight)) {
            reach(Reached.MOVED_WITH_A_WRITE_IN_FLIGHT);
        }
        Chronicle beginning = history.eras().get(0).chronicle();
        if (plan.firstZxid() > 1 && beginning.lastZxid() >>> Integer.SIZE > 0) {
            reach(Reached.COUNTER_OF_ZXIDS_FULL);
        }
    }

    private void judge(HistoryCheck.Findings findings) {
        if (findings.doneInDoubt() > 0) {
            reach(Reached.IN_DOUBT_AND_DONE);
        }
        if (findings.vanished() > 0) {
            reach(Reached.CONTAINER_VANISHED);
        }
        if (findings.besideTriggers() > 0) {
            reach(Reached.WATCH_SET_BESIDE_ITS_TRIGGER);
        }
        if (findings.eventsKept() > 0) {
            reach(Reached.EVENT_KEPT_BACK);
        }
    }

    /** Makes a judge of what happened since everything was replaced the last time. */
    HistoryCheck newCheck() {
        return new HistoryCheck(history, plan.bounds());
    }

    private void pass(long nanos) {
        long until = time.nowNanos() + nanos;
        time.runUntil(until);
    }

    private void strike(Fault fault, Chance own) {
        if (!faulty || fault == Fault.OUTAGE && outageUntilNanos > 0) {
            return;
        } else if (time.nowNanos() < outageUntilNanos) {
            time.after(outageUntilNanos - time.nowNanos() + 1, () -> strike(fault, own));
            return;
        }
        Chance drawn = own.fork("strike" + own.nextLong());
        Strike strike = schedule.next(fault.name(), Strike.class, () -> Strike.drawn(fault, plan, drawn));
        if (strike != null) {
            strikeNow(fault, strike);
        }
        time.after(own.spread(1_000_000, 2 * plan.faultNanosMax()), () -> strike(fault, own));
    }

    private void strikeNow(Fault fault, Strike strike) {
        long howLong = strike.nanos() == 0 ? 0 : schedule.lasts(strike.nanos());
        time.note("fault " + fault + " " + DetailText.of(strike), howLong);
        int amount = (int) strike.amount();
        Client client = clients.get(strike.client());
        MachineFaults faults = machine.faults();
        Wire wire = client.wire();
        switch (fault) {
            case POWER_CUT -> machine.die(true);
            case KILL -> machine.die(false);
            case CRASH_IN_CALL -> faults.dieInCall();
            case CRASH_IN_TURN -> faults.dieInTurn();
            case RESTART, BIT_ROT, FILES_LOST -> machine.stop();
            case SLOW_DISK -> {
                faults.delays().slow(howLong);
                if (amount == 0) {
                    time.after(5 * howLong, () -> faults.delays().slow(0));
                }
            }
            case STUCK_SYNC -> faults.stickSync(howLong + amount * NANOS_PER_MILLI);
            case FAILED_SYNC -> faults.disk().failSyncs(amount);
            case FAILED_CALL -> faults.disk().failCalls(amount);
            case FULL_AT_SYNC -> faults.disk().fillAtSync(amount);
            case FAILED_READ -> faults.disk().failReads(amount);
            case READ_ONLY -> {
                faults.disk().onlyRead();
                if (howLong > 0) {
                    time.after(howLong, faults::heal);
                }
            }
            case DECAY_BEHIND -> faults.decayBehind(strike.chance());
            case DISK_FULL -> {
                faults.disk().fill(amount);
                if (howLong > 0) {
                    time.after(howLong, faults::heal);
                }
            }
            case RESET -> client.drop();
            case VANISH -> client.vanish();
            case STALL -> stall(wire, howLong);
            case STALL_ONE_WAY -> {
                if (wire != null) {
                    wire.stall(Wire.Direction.values()[amount], howLong);
                }
            }
            case SLOW_LINK -> {
                if (wire != null) {
                    wire.slow(amount, howLong);
                }
            }
            case DIAL_UNANSWERED -> client.unanswered(howLong, amount == 1);
            case SLOW_READER -> {
                if (plan.has(Scarcity.PATIENCE)) {
                    client.askForMuch();
                }
                readLater(wire, howLong);
            }
            case PAUSE -> faults.pause(howLong, false);
            case SUSPEND -> faults.pause(howLong, true);
            case STARVED_LOOP -> faults.starveLoop(howLong);
            case CLOCK_JUMP -> faults.jumpClock(strike.amount());
            case LIE -> {}
            case OPERATOR -> faults.restores().takeSnapshot();
            case RESTORE -> faults.restores().restore(strike.chance());
            case INTRUDER -> {
                if (client.session() != 0) {
                    Intruder.come(run, strike.chance(), machine, client.session());
                }
            }
            case STRANGER -> Stranger.crowd(run, strike.chance(), machine);
            case NOISE -> Noise.come(run, strike.chance(), machine);
            case OUTAGE -> begin(Outage.values()[amount], howLong);
        }
    }

    /** Lets the server not run for so long, if it runs. Nothing else goes wrong meanwhile: nobody would notice. */
    private void begin(Outage outage, long nanos) {
        boolean hasBegun = switch (outage) {
            case PAUSED -> machine.faults().pause(nanos, false);
            case SUSPENDED -> machine.faults().pause(nanos, true);
            case NOT_STARTED -> machine.dieForLong(nanos);
        };
        if (hasBegun) {
            outageUntilNanos = time.nowNanos() + nanos;
            endsAtNanos += nanos;
            reach(Reached.OUTAGE);
        }
    }

    private static void stall(@Nullable Wire wire, long nanos) {
        if (wire != null) {
            wire.stall(nanos);
        }
    }

    private void readLater(@Nullable Wire wire, long nanos) {
        if (wire != null) {
            wire.read(false);
            time.after(nanos, () -> wire.read(true));
        }
    }

    /** Nothing goes wrong any more: everybody must be served within a bounded time. */
    private void recover() {
        faulty = false;
        machine.faults().heal();
        pass(4 * SECOND_NANOS);
        clients.forEach(Client::settle);
        long sessionNanos = plan.sessionMillis() * NANOS_PER_MILLI;
        // Where they come in one by one, each may have to try more than once.
        int rounds = plan.has(Scarcity.OPENINGS) ? 20 + plan.clients() : 20;
        for (int i = 0; i < rounds && !clients.stream().allMatch(Client::isSettled); i++) {
            pass(sessionNanos + 2 * SECOND_NANOS);
        }
        if (clients.stream().anyMatch(Client::isRefusedForSpace)) {
            throw new Violation(
                    "DP-12", "the disk has long had space again, yet the server takes nothing for want of it");
        }
        if (!machine.isUp() || !clients.stream().allMatch(Client::isSettled)) {
            throw new Violation("G-20", "nothing is wrong any more, yet not every client is served");
        }
    }

    /** All clients vanish: their sessions must end, and their nodes with them. */
    private void fallSilent() {
        clients.forEach(Client::leave);
        pass((plan.sessionMillis() + 4L * plan.tickMillis()) * (101 + plan.ratePercentMax()) * 10_000L
                + 2 * SECOND_NANOS);
        if (machine.state().sessions().size() > 0) {
            throw new Violation(
                    "G-17", machine.state().sessions().timeoutsMillis() + " are open, though nobody is there");
        }
        if (machine.state().tree().ephemerals().count() > 0) {
            throw new Violation("G-18", "there are ephemeral nodes without sessions");
        }
        // Strangers may say nothing for longer than a session lasts.
        pass(plan.limits().connections().handshakeMillis() * 1_000_000L);
        machine.requireNothingLeft();
    }

    private void restart(boolean power) {
        machine.die(power);
        pass(4 * SECOND_NANOS);
        for (int i = 0; i < 10 && !machine.isUp(); i++) {
            pass(4 * SECOND_NANOS);
        }
        if (!machine.isUp()) {
            throw new Violation("INV-20", "nothing is wrong, yet the server does not start");
        }
    }
}
