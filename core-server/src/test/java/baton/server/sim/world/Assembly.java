package baton.server.sim.world;

import baton.server.runtime.RecoveredServer;
import baton.server.runtime.SimulatedRuntime;
import baton.server.session.SessionIds;

/** Puts each process together, out of what it has recovered and what the machine gives its agents and loops; begins none. */
final class Assembly {
    private static final int SWEEP_MILLIS = 5_000;

    private final SimulatedMachine machine;
    private final Run run;
    private final Plan plan;
    private final EnforcedSettings settings;
    private final Witnesses witnesses;
    private final AgentTurns turns;
    private final LoopTurns loops;
    private final DiskDelays delays;

    Assembly(
            SimulatedMachine machine,
            EnforcedSettings settings,
            Witnesses witnesses,
            AgentTurns turns,
            LoopTurns loops,
            DiskDelays delays) {
        this.machine = machine;
        this.run = machine.run();
        this.plan = run.plan();
        this.settings = settings;
        this.witnesses = witnesses;
        this.turns = turns;
        this.loops = loops;
        this.delays = delays;
    }

    /** Makes the process of that life, which has not begun to serve. */
    SimulatedProcess assemble(int life, RecoveredServer opened) {
        loops.processBegins(life);
        turns.processBegins();
        ProcessHost host = new ProcessHost(machine, turns, loops, delays, opened.state(), life);
        SimulatedRuntime runtime = runtime(life, opened, host);
        if (plan.sequencerOnLoop()) {
            run.reach(Reached.SEQUENCER_ON_LOOP);
        } else {
            host.keepApart(runtime);
        }
        return new SimulatedProcess(opened, runtime, loops.loops(), () -> machine.isLife(life));
    }

    private SimulatedRuntime runtime(int life, RecoveredServer opened, ProcessHost host) {
        Chance chance = machine.chance();
        SessionIds ids = run.defect() == Defect.SESSION_ID_REUSED
                ? new SessionIds(1, 1)
                : opened.sessionIds(1, machine.clock().wallMillis());
        RecordedLog log = new RecordedLog(
                opened.storage().log(),
                run.history().chronicle(),
                witnesses.sessions(),
                witnesses.space()::takenUp,
                run.defect());
        return new SimulatedRuntime(
                settings.all(),
                SWEEP_MILLIS,
                settings.room(),
                opened.state(),
                opened.storage(),
                log,
                plan.snapCount(),
                chance.fork("trigger" + life),
                settings.scrubNanos(),
                ids,
                machine.clock(),
                loops.transport(),
                plan.sequencerOnLoop(),
                settings.stuckNanos(),
                chance.fork("nonces" + life).nextLong(),
                host);
    }
}
