package baton.server.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that works out what takes its time because there is much to tell, one report after the other: neither clients
 * nor probes wait for it. It is there while there is something to do, and some seconds longer.
 *
 * <p>What waits for it is bounded by how often such questions are answered at all.
 */
final class ReportThread implements Executor, AutoCloseable {
    private static final int IDLE_SECONDS_MAX = 10;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> ServerThreads.thread(ServerThreads.REPORT, work));

    ReportThread() {
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable report) {
        executor.execute(report);
    }

    /** Ends the thread; what it has not begun is dropped, for nobody is there any more to whom it could be told. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
