package baton.recipes;

import baton.core.testkit.sim.Timeline;
import baton.recipes.run.Scheduler;
import java.time.Duration;
import java.util.UUID;

/** Time, chance and threads of a simulated process. */
public final class ProcessScheduler implements Scheduler {
    private final Timeline process;

    public ProcessScheduler(Timeline process) {
        this.process = process;
    }

    @Override
    public long nowNanos() {
        return process.nowNanos();
    }

    @Override
    public long wallMillis() {
        return process.wallMillis();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return process.schedule(delay, task)::run;
    }

    @Override
    public double jitter() {
        return process.chance();
    }

    @Override
    public UUID newId() {
        return new UUID(process.randomBits(), process.randomBits());
    }

    @Override
    public void execute(Runnable task) {
        process.execute(task);
    }
}
