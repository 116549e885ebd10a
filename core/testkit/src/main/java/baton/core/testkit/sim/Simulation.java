package baton.core.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time and a seeded order of events, on the thread of the test.
 *
 * <p>Of the tasks that are due, the seed picks which runs next; time moves on when none is. The same seed gives the same
 * run. What a task throws ends the run. Not thread-safe.
 */
public final class Simulation implements Timeline {
    private static final long WALL_START_MILLIS = 1_800_000_000_000L;

    private final long seed;
    private final Random random;
    private final PriorityQueue<Task> later = new PriorityQueue<>();
    private final List<Task> due = new ArrayList<>();
    private long now;
    private long tasks;

    public Simulation(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    public long seed() {
        return seed;
    }

    /** A process with clocks and threads of its own, which can be paused. */
    public SimulatedProcess process(String name) {
        return new SimulatedProcess(name, this);
    }

    /** Runs everything that happens within a span of virtual time. */
    public void runFor(Duration span) {
        long end = now + span.toNanos();
        while (step(end)) {}
        now = end;
    }

    /** Runs until a condition holds, checked after every step; false if the span ended first. */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = now + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (!step(end)) {
                now = end;
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    /** How long this simulation has run, in virtual time. */
    public Duration elapsed() {
        return Duration.ofNanos(now);
    }

    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public long nowNanos() {
        return now;
    }

    @Override
    public long wallMillis() {
        return WALL_START_MILLIS + now / 1_000_000;
    }

    @Override
    public void execute(Runnable task) {
        add(0, null, task);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return add(delay.toNanos(), null, task);
    }

    @Override
    public double chance() {
        return random.nextDouble();
    }

    @Override
    public long randomBits() {
        return random.nextLong();
    }

    @Override
    public <T> T look(Supplier<T> view) {
        return view.get();
    }

    Runnable add(long delayNanos, @Nullable SimulatedProcess process, Runnable body) {
        Task task = new Task(now + Math.max(0, delayNanos), tasks++, process, body);
        (delayNanos <= 0 ? due : later).add(task);
        return () -> task.cancelled = true;
    }

    private boolean step(long end) {
        while (true) {
            while (!later.isEmpty() && later.peek().at <= now) {
                due.add(later.remove());
            }
            if (!due.isEmpty()) {
                run(takeRandom());
                return true;
            }
            if (later.isEmpty() || later.peek().at > end) {
                return false;
            }
            now = later.peek().at;
        }
    }

    private Task takeRandom() {
        int pick = random.nextInt(due.size());
        Task task = due.get(pick);
        due.set(pick, due.get(due.size() - 1));
        due.remove(due.size() - 1);
        return task;
    }

    private void run(Task task) {
        if (task.cancelled || (task.process != null && task.process.heldBack(task.body))) {
            return;
        }
        task.body.run();
    }

    /** Something to do at a time. */
    private static final class Task implements Comparable<Task> {
        final long at;
        final long number;
        final @Nullable SimulatedProcess process;
        final Runnable body;
        boolean cancelled;

        Task(long at, long number, @Nullable SimulatedProcess process, Runnable body) {
            this.at = at;
            this.number = number;
            this.process = process;
            this.body = body;
        }

        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }
}
