package baton.spring.leader;

import baton.recipes.latch.LeaderLatch;
import baton.spring.LifecyclePhases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs {@link OnLeader} methods while the context runs. Stops before leadership is given back, and waits for them. */
public final class OnLeaderRunner implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OnLeaderRunner.class);

    private final OnLeaderProcessor found;
    private final Elections elections;
    private final Executor threads;
    private final Duration drain;
    private final List<OnLeaderTask> tasks = new ArrayList<>();
    private boolean running;

    /**
     * Runs nothing yet.
     *
     * @param threads one thread for each run
     * @param drain how long stopping waits for methods that were interrupted
     */
    public OnLeaderRunner(OnLeaderProcessor found, Elections elections, Executor threads, Duration drain) {
        this.found = found;
        this.elections = elections;
        this.threads = threads;
        this.drain = drain;
    }

    @Override
    public synchronized void start() {
        running = true;
        found.drainTo(this::begin).forEach(this::begin);
    }

    @Override
    public synchronized void stop() {
        running = false;
        tasks.forEach(OnLeaderTask::stop);
        long end = System.nanoTime() + drain.toNanos();
        for (OnLeaderTask task : tasks) {
            awaitEnd(task, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        tasks.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.LEADER_TASKS;
    }

    private synchronized void begin(OnLeaderMethod method) {
        if (!running) {
            return;
        }
        LeaderLatch latch = elections.latch(method.role());
        OnLeaderTask task = new OnLeaderTask(method, threads, latch::relinquish);
        tasks.add(task);
        latch.addListener(task);
        // It may have been granted before there was a listener.
        latch.leadership().ifPresent(task::isLeader);
    }

    private static void awaitEnd(OnLeaderTask task, Duration atMost) {
        try {
            if (!task.awaitIdle(atMost)) {
                LOG.warn("on-leader method still runs at stop method={}", task.name());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
