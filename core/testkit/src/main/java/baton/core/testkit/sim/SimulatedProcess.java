package baton.core.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process in a simulation: its tasks run only while it is not paused.
 *
 * <p>A pause is a SIGSTOP: both clocks go on. A suspension is that of a machine: its monotonic clock stands still and its
 * wall clock goes on. A killed process runs nothing any more.
 */
public final class SimulatedProcess implements Timeline {
    private final String name;
    private final Simulation simulation;
    private final List<Runnable> heldBack = new ArrayList<>();
    private boolean paused;
    private boolean killed;
    private boolean suspended;
    private long suspendedAt;
    private long frozenNanos;
    private long wallShiftMillis;

    SimulatedProcess(String name, Simulation simulation) {
        this.name = name;
        this.simulation = simulation;
    }

    public String name() {
        return name;
    }

    /** Stops it for a while. */
    public void pause(Duration span) {
        if (paused || killed) {
            return;
        }
        paused = true;
        simulation.schedule(span, this::resume);
    }

    /** Stops it, and its monotonic clock, for a while. */
    public void suspend(Duration span) {
        if (paused || killed) {
            return;
        }
        suspended = true;
        suspendedAt = simulation.nowNanos();
        pause(span);
    }

    /** Ends it without warning. */
    public void kill() {
        killed = true;
        heldBack.clear();
    }

    public boolean isKilled() {
        return killed;
    }

    /** Sets its wall clock forward, or back. */
    public void jumpWallClock(Duration by) {
        wallShiftMillis += by.toMillis();
    }

    @Override
    public long nowNanos() {
        return (suspended ? suspendedAt : simulation.nowNanos()) - frozenNanos;
    }

    @Override
    public long wallMillis() {
        return simulation.wallMillis() + wallShiftMillis;
    }

    @Override
    public void execute(Runnable task) {
        simulation.add(0, this, task);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return simulation.add(delay.toNanos(), this, task);
    }

    @Override
    public double chance() {
        return simulation.chance();
    }

    @Override
    public long randomBits() {
        return simulation.randomBits();
    }

    @Override
    public <T> T look(Supplier<T> view) {
        return view.get();
    }

    /** Whether a task that is due has to wait, or never runs. */
    boolean heldBack(Runnable task) {
        if (paused && !killed) {
            heldBack.add(task);
        }
        return paused || killed;
    }

    private void resume() {
        paused = false;
        if (suspended) {
            frozenNanos += simulation.nowNanos() - suspendedAt;
            suspended = false;
        }
        heldBack.forEach(this::execute);
        heldBack.clear();
    }

    @Override
    public String toString() {
        return name;
    }
}
