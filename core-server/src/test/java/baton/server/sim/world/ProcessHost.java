package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.sim.DrawnLoans;
import baton.server.tree.Loans;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the middle of what one process does: others go on there, or it dies. In the middle of what it asks of its disk
 * that is told by {@link DiskCalls}.
 */
final class ProcessHost implements SimulatedRuntime.Host {
    private static final int STEPS_MAX = 6;

    private final SimulatedMachine machine;
    private final Run run;
    private final Chance handOver;
    private final AgentTurns turns;
    private final LoopTurns loops;
    private final DiskDelays delays;
    private final ServerState state;
    private final int life;

    /** Keeps readers and writer apart where these have threads of their own. */
    private @Nullable SharedLock gateLock;

    ProcessHost(
            SimulatedMachine machine,
            AgentTurns turns,
            LoopTurns loops,
            DiskDelays delays,
            ServerState state,
            int life) {
        this.machine = machine;
        this.run = machine.run();
        this.handOver = machine.handOver();
        this.turns = turns;
        this.loops = loops;
        this.delays = delays;
        this.state = state;
        this.life = life;
    }

    /** Lets the writer go on beside the readers, which are on loops of their own. */
    void keepApart(SimulatedRuntime running) {
        SharedLock lock =
                new SharedLock(new Alternation(machine, running, state.tree(), turns, loops, delays), run.defect());
        state.tree().gate().guardedBy(lock);
        gateLock = lock;
    }

    /** Half of the time the whole hand-over, else some of it, so that loops may come between. */
    @Override
    public int handOverSteps() {
        return run.plan().sequencerOnLoop() || handOver.oneIn(2) ? Integer.MAX_VALUE : 1 + handOver.below(STEPS_MAX);
    }

    @Override
    public void ring(Role role) {
        turns.ring(role, life);
    }

    @Override
    public Loans loans(int loop) {
        RandomGenerator collector = run.defect() == Defect.COLLECTOR_DECIDES_WHAT_IS_LENT
                ? new Random(System.identityHashCode(this))
                : machine.chance().fork("loans" + life + "-" + loop);
        return new DrawnLoans(collector, bytes -> {
            run.reach(Reached.LIST_LENT);
            run.time().note("lends", bytes);
        });
    }

    @Override
    public void failed(Throwable failure) {
        loops.fail(failure);
    }

    /** The process may die between any two effects, and the log may have written the first of them. */
    @Override
    public void deciding() {
        if (!turns.isBusy(Role.SEQUENCER) || machine.isStopping()) {
            return;
        }
        boolean mayLog = delays.areNone() && !state.tree().gate().isClosed();
        if (mayLog && machine.process().runtime().hasWork(Role.LOG) && handOver.oneIn(2)) {
            run.reach(Reached.LOGGED_DURING_A_TURN);
            turns.turn(Role.LOG, life);
        }
        if (machine.isLife(life) && turns.isDeathDue()) {
            run.reach(Reached.DIED_IN_A_TURN);
            machine.die(handOver.oneIn(2));
        }
        if (!machine.isLife(life)) {
            throw new ProcessGone();
        }
    }

    @Override
    public void reading() {
        long before = state.tree().position().zxid();
        if (gateLock != null) {
            gateLock.inTheMiddle();
        }
        if (state.tree().position().zxid() > before) {
            run.reach(Reached.CHANGED_DURING_A_READ);
        }
    }
}
