package baton.server.sim.world;

import baton.server.transport.SimulatedPort;
import baton.server.transport.TransportLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of the process, and when they get their turns: some time after somebody has woken them, and later if they
 * are starved or held up. The other agents' are those of {@link AgentTurns}.
 */
final class LoopTurns {
    private final SimulatedMachine machine;
    private final Run run;
    private final Plan plan;
    private final Chance chance;
    private final MachineClock clock;
    private final Pauses pauses;
    private final Witnesses witnesses;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<TransportLoop> transport = new ArrayList<>();
    private final Map<Integer, VirtualTime.Timer> timers = new TreeMap<>();

    /** Whether the sequencer waits for the disk in the middle of its turn. */
    private boolean sequencerWaits;

    private boolean atTurn;

    /** Turns that have come up meanwhile. */
    private final List<Runnable> heldUp = new ArrayList<>();

    /** What has ended a loop, or the writer or the log in the middle of its turn. */
    private @Nullable Throwable failure;

    LoopTurns(SimulatedMachine machine, MachineClock clock, Pauses pauses, Witnesses witnesses) {
        this.machine = machine;
        this.run = machine.run();
        this.plan = run.plan();
        this.chance = machine.chance();
        this.clock = clock;
        this.pauses = pauses;
        this.witnesses = witnesses;
    }

    /** Makes the loops of a process. */
    void processBegins(int life) {
        loops.clear();
        transport.clear();
        failure = null;
        for (int i = 0; i < plan.loops(); i++) {
            int index = i;
            boolean[] woken = new boolean[1];
            loops.add(new SimulatedLoop(clock, run.defect(), () -> wake(index, woken, life)));
            transport.add(SimulatedPort.loop(loops.get(i), i, SimulatedSocket::writeTo));
        }
    }

    List<SimulatedLoop> loops() {
        return loops;
    }

    List<TransportLoop> transport() {
        return transport;
    }

    private void wake(int index, boolean[] woken, int life) {
        if (machine.isLife(life) && !woken[0]) {
            woken[0] = true;
            long wait = chance.spread(plan.turnNanosMax() / 100 + 1, plan.turnNanosMax());
            run.time().after(wait, () -> turn(index, woken, life));
        }
    }

    private void turn(int index, boolean[] woken, int life) {
        Runnable again = () -> turn(index, woken, life);
        if (!machine.isUp(life) || pauses.defer(again) || pauses.deferStarved(index, again) || isHeldUp(again)) {
            return;
        }
        woken[0] = false;
        run.time().note("loop", index);
        SimulatedProcess process = machine.process();
        SimulatedLoop loop = loops.get(index);
        boolean interrupted = atTurn;
        atTurn = true;
        try {
            loop.turn();
        } finally {
            atTurn = interrupted;
        }
        witnesses.loopTurned(process, loop);
        machine.requireSound(life);
        if (!machine.isLife(life)) {
            return;
        }
        if (plan.sequencerOnLoop()) {
            witnesses.sequencerTurned(process);
        }
        VirtualTime.Timer before = timers.remove(index);
        if (before != null) {
            before.cancel();
        }
        if (loop.hasWork()) {
            wake(index, woken, life);
        } else if (loop.deadlineNanos() != Long.MAX_VALUE) {
            long wait = clock.untilNanos(loop.deadlineNanos());
            timers.put(index, run.time().after(wait, () -> wake(index, woken, life)));
        }
    }

    /** Says whether a loop has its turn, and does not wait in it for the disk. */
    boolean isAtTurn() {
        return atTurn && !sequencerWaits;
    }

    private boolean isHeldUp(Runnable turn) {
        boolean isHeldUp = sequencerWaits && plan.sequencerOnLoop();
        if (isHeldUp) {
            heldUp.add(turn);
        }
        return isHeldUp;
    }

    /** The sequencer waits from now on. */
    void holdUp() {
        sequencerWaits = true;
    }

    /** The sequencer waits no longer. */
    void goOn(boolean isAlive) {
        sequencerWaits = false;
        if (isAlive) {
            heldUp.forEach(each -> run.time().after(1, each));
        }
        heldUp.clear();
    }

    // What ends them.

    /** Not through the loop's frames, or a reader's, which would take it for one more failure of their own. */
    void fail(Throwable cause) {
        failure = failure == null ? cause : failure;
    }

    boolean hasFailed() {
        return failure != null;
    }

    void requireSound() throws Exception {
        Throwable cause = failure;
        failure = null;
        if (cause instanceof Error error) {
            throw error;
        } else if (cause != null) {
            throw (Exception) cause;
        }
    }

    /** The process is gone, and its connections with it. */
    void end(boolean silent) {
        for (SimulatedLoop loop : loops) {
            for (SimulatedSocket socket : loop.sockets()) {
                if (silent) {
                    socket.wire().machineGone();
                } else {
                    socket.wire().closedByServer();
                }
                socket.abandon();
            }
            loop.turn();
        }
    }
}
