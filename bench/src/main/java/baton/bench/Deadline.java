package baton.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel if what is waited for does not come in time: a blocking read of it has no limit of its own, and then ends
 * with an {@link java.nio.channels.AsynchronousCloseException}.
 */
final class Deadline implements AutoCloseable {
    private final CountDownLatch met = new CountDownLatch(1);

    private Deadline() {}

    /** It runs from now on, until it is closed. */
    static Deadline in(long nanos, Channel awaited) {
        Deadline deadline = new Deadline();
        Thread watch = new Thread(() -> deadline.watch(nanos, awaited), "bench-deadline");
        watch.setDaemon(true);
        watch.start();
        return deadline;
    }

    private void watch(long nanos, Channel awaited) {
        try {
            if (!met.await(nanos, TimeUnit.NANOSECONDS)) {
                awaited.close();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        met.countDown();
    }
}
