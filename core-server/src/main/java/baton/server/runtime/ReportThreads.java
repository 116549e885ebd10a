package baton.server.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads that work out what takes its time, so that neither clients nor probes wait for it: one for each {@linkplain
 * ReportKind kind}, one report after the other. Each is there while there is something to do, and some seconds longer.
 *
 * <p>Of each kind at most {@value #WAITING_MAX} wait for their turn; more are not worked out. Thread-safe.
 */
final class ReportThreads implements AutoCloseable {
    static final int WAITING_MAX = 16;
    private static final int IDLE_SECONDS_MAX = 10;

    // By the ordinal of each kind.
    private final List<ThreadPoolExecutor> threads = new ArrayList<>();

    ReportThreads() {
        for (ReportKind each : ReportKind.values()) {
            threads.add(thread(each));
        }
    }

    /** The turn of a report, which comes or does not. */
    private record Turn(CompletableFuture<Boolean> come) implements Runnable {
        @Override
        public void run() {
            come.complete(true);
        }

        void refuse() {
            come.complete(false);
        }
    }

    private static ThreadPoolExecutor thread(ReportKind kind) {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS_MAX,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX),
                work -> ServerThreads.thread(ServerThreads.REPORT + "-" + kind.ordinal(), work),
                (turn, full) -> ((Turn) turn).refuse());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /** Has something worked out; comes to nothing if too much waits already, or the server stops. */
    <T> CompletionStage<Optional<T>> report(ReportKind kind, Supplier<T> work) {
        Turn turn = new Turn(new CompletableFuture<>());
        CompletionStage<Optional<T>> answer =
                turn.come().thenApply(come -> come ? Optional.of(work.get()) : Optional.empty());
        threads.get(kind.ordinal()).execute(turn);
        return answer;
    }

    /** Ends the threads; what they have not begun comes to nothing. */
    @Override
    public void close() {
        for (ThreadPoolExecutor each : threads) {
            each.shutdownNow().forEach(turn -> ((Turn) turn).refuse());
        }
    }
}
