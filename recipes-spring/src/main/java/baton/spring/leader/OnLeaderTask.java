package baton.spring.leader;

import baton.recipes.GrantLostException;
import baton.recipes.LossReason;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link OnLeader} method, one run at a time.
 *
 * <p>The lock orders "a run begins", "it is interrupted" and "it has ended", so that no interrupt reaches the thread
 * outside of the method.
 */
final class OnLeaderTask implements LeaderLatchListener {
    private static final Logger LOG = LoggerFactory.getLogger(OnLeaderTask.class);
    private static final Duration WARN_EVERY = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final OnLeaderMethod method;
    private final Executor threads;
    private final Consumer<Duration> relinquish;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    /** Guarded by {@link #lock}: the thread in the method. */
    private @Nullable Thread runner;
    /** Guarded by {@link #lock}: the grant that was seen last; it is told of twice if it came before the listener. */
    private @Nullable Leadership latest;
    /** Guarded by {@link #lock}. */
    private boolean stopped;
    /** Guarded by {@link #lock}: the pause after the next failure. */
    private Duration pause = FIRST_PAUSE;

    OnLeaderTask(OnLeaderMethod method, Executor threads, Consumer<Duration> relinquish) {
        this.method = method;
        this.threads = threads;
        this.relinquish = relinquish;
    }

    @Override
    public void isLeader(Leadership leadership) {
        if (isNew(leadership)) {
            threads.execute(() -> run(leadership));
        }
    }

    @Override
    public void notLeader(LossReason reason) {
        // The run is interrupted by its own leadership.
    }

    /** Interrupts the run and lets no other begin. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (runner != null) {
                runner.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no run is active. */
    boolean awaitIdle(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (runner != null && left > 0) {
                left = idle.awaitNanos(left);
            }
            return runner == null;
        } finally {
            lock.unlock();
        }
    }

    String name() {
        return method.name();
    }

    private boolean isNew(Leadership leadership) {
        lock.lock();
        try {
            boolean known = leadership == latest;
            latest = leadership;
            return !known;
        } finally {
            lock.unlock();
        }
    }

    private void run(Leadership leadership) {
        if (!enter(leadership)) {
            return;
        }
        Exception failure = null;
        try {
            leadership.runGuarded(() -> {
                method.call(leadership);
                return true;
            });
        } catch (Exception thrown) {
            failure = thrown;
        } finally {
            leave();
        }
        after(leadership, failure);
    }

    private boolean enter(Leadership leadership) {
        lock.lock();
        try {
            while (runner != null && leadership.isValid() && !stopped) {
                if (!idle.await(WARN_EVERY.toMillis(), TimeUnit.MILLISECONDS) && runner != null) {
                    warnOf(runner);
                }
            }
            if (stopped || runner != null || !leadership.isValid()) {
                return false;
            }
            runner = Thread.currentThread();
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            runner = null;
            // What interrupted the method is over with it.
            Thread.interrupted();
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void after(Leadership leadership, @Nullable Exception failure) {
        Duration rest = nextPause(failure);
        if (failure instanceof GrantLostException || !leadership.isValid() || isStopped()) {
            LOG.debug("on-leader method ended role={} method={}", method.role(), method.name(), failure);
        } else if (failure == null) {
            if (method.settings().whenDone() == OnLeader.WhenDone.RELEASE) {
                relinquish.accept(Duration.ZERO);
            }
        } else {
            LOG.warn("on-leader method failed role={} method={}", method.role(), method.name(), failure);
            if (method.settings().onFailure() == OnLeader.OnFailure.RELINQUISH) {
                relinquish.accept(rest);
            }
        }
    }

    private Duration nextPause(@Nullable Exception failure) {
        lock.lock();
        try {
            Duration now = pause;
            Duration doubled = now.multipliedBy(2);
            if (failure == null) {
                pause = FIRST_PAUSE;
            } else if (!(failure instanceof GrantLostException)) {
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            }
            return now;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private void warnOf(Thread late) {
        StringBuilder stack = new StringBuilder();
        for (StackTraceElement frame : late.getStackTrace()) {
            stack.append("\n    at ").append(frame);
        }
        LOG.warn(
                "on-leader method ignores its interrupt role={} method={} thread={}{}",
                method.role(),
                method.name(),
                late.getName(),
                stack);
    }
}
