package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Role;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the agents of the process get their turns: some time after they were rung, in any order, and while one waits for the
 * disk the others. Who has them on a loop, and the loops, get theirs by {@link LoopTurns}.
 */
final class AgentTurns {
    /** For so long at most the writer is kept from going on in the middle of a hand-over. */
    private static final long HAND_OVER_NANOS = 20_000_000;

    /** Before one in so many turns in the middle of a hand-over a process dies that is to. */
    private static final int TURNS_BEFORE_DEATH = 8;

    private final SimulatedMachine machine;
    private final Run run;
    private final Plan plan;
    private final Chance chance;
    private final Chance handOver;
    private final MachineClock clock;
    private final Pauses pauses;
    private final HungDiskCheck hungDisk;
    private final Witnesses witnesses;
    private final Sabotage sabotage;

    private final Set<Role> rung = EnumSet.noneOf(Role.class);
    private final Map<Role, VirtualTime.Timer> timers = new EnumMap<>(Role.class);
    private final Set<Role> busy = EnumSet.noneOf(Role.class);
    private final Set<Role> rungAgain = EnumSet.noneOf(Role.class);

    /** Who has the turn; null while nobody has one, and while the process starts. */
    private @Nullable Role atTurn;

    /** Whether the process is to die as soon as its writer is in the middle of something. */
    private boolean deathIsDue;

    AgentTurns(SimulatedMachine machine, MachineClock clock, Pauses pauses, Witnesses witnesses, Sabotage sabotage) {
        this.machine = machine;
        this.run = machine.run();
        this.plan = run.plan();
        this.chance = machine.chance();
        this.handOver = machine.handOver();
        this.clock = clock;
        this.pauses = pauses;
        this.hungDisk = new HungDiskCheck(run, pauses);
        this.witnesses = witnesses;
        this.sabotage = sabotage;
    }

    /** Forgets the agents of the process before. */
    void processBegins() {
        rung.clear();
        timers.values().forEach(VirtualTime.Timer::cancel);
        timers.clear();
        busy.clear();
        rungAgain.clear();
        deathIsDue = false;
    }

    HungDiskCheck hungDisk() {
        return hungDisk;
    }

    /** Lets the process die in one of the next turns of its writer, or between two in the middle of a hand-over. */
    void dieInTurn(boolean due) {
        deathIsDue = due;
    }

    boolean isDeathDue() {
        return deathIsDue;
    }

    /** Says whether the agent is in the middle of a turn, though others may be, too. */
    boolean isBusy(Role role) {
        return busy.contains(role);
    }

    boolean areNone() {
        return busy.isEmpty();
    }

    boolean isAtTurn(Role role) {
        return atTurn == role;
    }

    void ringAll(int life) {
        for (Role each : Role.values()) {
            ring(each, life);
        }
    }

    void ring(Role role, int life) {
        if (role == Role.SEQUENCER && plan.sequencerOnLoop()) {
            if (machine.isUp(life)) {
                machine.process().runtime().ringSequencer();
            }
        } else if (machine.isLife(life) && rung.add(role)) {
            long wait = role == Role.SEQUENCER ? plan.turnNanosMax() : plan.diskNanosMax();
            if (role == Role.SEQUENCER && machine.process().gate().isClosed()) {
                wait += HAND_OVER_NANOS;
            }
            run.time().after(chance.spread(wait / 100 + 1, wait), () -> turn(role, life));
        }
    }

    /** Gives the agent a turn, unless the process has to wait. */
    void turn(Role role, int life) {
        if (!machine.isUp(life) || pauses.defer(() -> turn(role, life))) {
            return;
        }
        rung.remove(role);
        if (busy.contains(role)) {
            rungAgain.add(role);
            return;
        }
        machine.guarded(life, () -> agentTurn(role, life));
        machine.requireSound(life);
    }

    private void agentTurn(Role role, int life) throws Exception {
        SimulatedProcess process = machine.process();
        int work;
        busy.add(role);
        if (role == Role.LOG) {
            hungDisk.turnBegins();
        }
        try {
            work = turnOf(role, process.runtime());
        } finally {
            busy.remove(role);
        }
        if (process.isAlive() && deathIsDue && process.gate().isClosed() && handOver.oneIn(TURNS_BEFORE_DEATH)) {
            machine.die(handOver.oneIn(2));
        }
        if (!process.isAlive()) {
            throw new ProcessGone();
        }
        if (role == Role.SEQUENCER) {
            witnesses.sequencerTurned(process);
            sabotage.turned(process);
        }
        run.time().note(role.name(), work);
        if (rungAgain.remove(role) | work > 0 || process.runtime().hasWork(role)) {
            ring(role, life);
        } else {
            sleep(role, life, process.runtime().deadlineNanos(role));
        }
    }

    private void sleep(Role role, int life, long deadlineNanos) {
        VirtualTime.Timer before = timers.remove(role);
        if (before != null) {
            before.cancel();
        }
        if (deadlineNanos != Long.MAX_VALUE) {
            timers.put(role, run.time().after(clock.untilNanos(deadlineNanos), () -> ring(role, life)));
        }
    }

    /** Gives the agent a turn where it stands, and judges that the writer takes nothing while a loop has too much to do. */
    int turnOf(Role role, SimulatedRuntime running) throws Exception {
        boolean behind = role == Role.SEQUENCER && witnesses.bounds().isAnyLoopBehind(running);
        int waiting = running.waitingRequests();
        Role interrupted = atTurn;
        atTurn = role;
        int work;
        try {
            work = running.turn(role, clock.nanos());
        } finally {
            atTurn = interrupted;
        }
        if (behind) {
            witnesses.bounds().turnedBehind(running, waiting);
        }
        return work;
    }

    /** Lets time pass in the middle of a call to the disk; the thread that made it waits, nobody else does. */
    void othersRun(long nanos) {
        int life = machine.life();
        long until = nanos == Long.MAX_VALUE ? nanos : run.nowNanos() + nanos;
        // What they ask of the disk is none of its business.
        Role waiting = atTurn;
        atTurn = null;
        try {
            while (machine.isLife(life) && run.time().runNext(until)) {}
        } finally {
            atTurn = waiting;
        }
        if (!machine.isLife(life)) {
            throw new ProcessGone();
        }
        run.time().runUntil(until);
    }

    /** Lets it pass likewise for whoever goes on only if the process does. */
    void othersRunWhilePaused() {
        while (pauses.isOn()) {
            othersRun(pauses.leftNanos());
        }
    }

    /** The sequencer does what is the log's: neither that nor a loop that has the sequencer gets a turn meanwhile. */
    void inPlaceOfTheLog(LoopTurns loops, Runnable work) {
        int life = machine.life();
        hungDisk.turnBegins();
        busy.add(Role.LOG);
        loops.holdUp();
        try {
            work.run();
        } finally {
            if (machine.isLife(life)) {
                busy.remove(Role.LOG);
                if (rungAgain.remove(Role.LOG)) {
                    ring(Role.LOG, life);
                }
            }
            loops.goOn(machine.isLife(life));
        }
    }
}
