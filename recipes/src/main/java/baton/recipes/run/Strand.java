package baton.recipes.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes tasks one at a time, in the order in which they were given, on whatever thread its executor offers.
 *
 * <p>What is touched on one strand only needs no lock. After {@value #BATCH} tasks it lets others have the thread. The
 * inbox is a plain linked queue: inputs come at the pace of a store's round trips, and an idle strand must be small,
 * because a process may have ten thousand of them.
 */
public final class Strand implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Strand.class);
    private static final int BATCH = 64;

    private final String name;
    private final Executor executor;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    /** Tasks given and not yet finished. Who raises it from zero schedules the strand. */
    private final AtomicInteger pending = new AtomicInteger();
    /** Writer: the thread that runs the strand. */
    private volatile @Nullable Thread current;

    public Strand(String name, Executor executor) {
        this.name = name;
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        inbox.add(task);
        if (pending.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    public boolean isCurrent() {
        return current == Thread.currentThread();
    }

    /** Stops code that strayed onto another thread. */
    public void assertCurrent() {
        if (!isCurrent()) {
            throw new IllegalStateException("called off strand " + name + ", on " + Thread.currentThread());
        }
    }

    /** The thread a task of this strand occupies right now, if one does. */
    public @Nullable Thread busyThread() {
        return current;
    }

    private void run() {
        current = Thread.currentThread();
        int done = 0;
        try {
            while (done < BATCH) {
                Runnable task = inbox.poll();
                if (task == null) {
                    break;
                }
                done++;
                runOne(task);
            }
        } finally {
            current = null;
            if (pending.addAndGet(-done) > 0) {
                executor.execute(this::run);
            }
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace") // The outermost frame: reported here, and the next task must run.
    private void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("strand failed name={}", name, bug);
        }
    }

    @Override
    public String toString() {
        return "Strand[" + name + "]";
    }
}
