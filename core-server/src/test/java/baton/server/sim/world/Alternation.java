package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.sim.SimulatedDisk;
import baton.server.tree.ZnodeTree;

/**
 * Lets the sequencer have a turn where a reader has just looked at the tree, and where it needs the gate to be open, as if both
 * had threads; elsewhere it has its turns by {@link AgentTurns}.
 */
final class Alternation implements SharedLock.Writer {
    private final SimulatedMachine machine;
    private final Run run;
    private final SimulatedRuntime running;
    private final ZnodeTree tree;
    private final AgentTurns turns;
    private final LoopTurns loops;
    private final DiskDelays delays;
    private final int life;

    Alternation(
            SimulatedMachine machine,
            SimulatedRuntime running,
            ZnodeTree tree,
            AgentTurns turns,
            LoopTurns loops,
            DiskDelays delays) {
        this.machine = machine;
        this.run = machine.run();
        this.running = running;
        this.tree = tree;
        this.turns = turns;
        this.loops = loops;
        this.delays = delays;
        this.life = machine.life();
    }

    @Override
    public void mayGoOn() {
        if (machine.handOver().oneIn(3)) {
            goOn();
        }
    }

    @Override
    public void goOn() {
        if (!machine.isLife(life) || loops.hasFailed() || turns.isBusy(Role.SEQUENCER)) {
            return;
        }
        long before = tree.position().zxid();
        takeTurn(Role.SEQUENCER);
        if (delays.areNone() && !turns.isBusy(Role.LOG)) {
            takeTurn(Role.LOG);
            takeTurn(Role.SEQUENCER);
        }
        if (tree.position().zxid() > before) {
            run.reach(Reached.CHANGED_BEHIND_A_READER);
        }
    }

    @Override
    public void openGate() {
        run.reach(Reached.READER_AT_A_CLOSED_GATE);
        while (tree.gate().isClosed()) {
            takeTurn(Role.SEQUENCER);
        }
    }

    private void takeTurn(Role role) {
        if (!running.hasWork(role)) {
            return;
        }
        try {
            run.time().note("beside a reader", turns.turnOf(role, running));
            turns.ring(role, life);
        } catch (Exception | SimulatedDisk.Crash failure) {
            // Not through the reader's frames, whose business it is not.
            loops.fail(failure);
        }
    }
}
