package baton.bench;

import baton.protocol.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Writes to a node of its own, one write after the other, while something else goes on. */
final class Prober implements AutoCloseable {
    private final Admin admin;
    private final String node;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "bench-prober"));

    // Written by whoever probes.
    private volatile boolean probing;

    /** What goes on meanwhile. */
    @FunctionalInterface
    interface Meanwhile {
        void happen() throws IOException;
    }

    Prober(InetSocketAddress server, String node) throws IOException {
        this.admin = new Admin(server);
        this.node = node;
        admin.ensure(node);
    }

    /** Returns how long writes took, in nanoseconds, from the beginning of what goes on to its end. */
    Histogram probe(Meanwhile what) throws IOException {
        probing = true;
        Future<Histogram> probed = thread.submit(this::write);
        try {
            what.happen();
        } finally {
            probing = false;
        }
        try {
            return probed.get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IOException("the writes beside failed", failed);
        }
    }

    /** Lets time pass. */
    void await(long nanos) {
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private Histogram write() throws IOException {
        Histogram nanos = new Histogram(3);
        while (probing) {
            long start = System.nanoTime();
            admin.call(new Request.SetData(node, Workload.VALUE, -1));
            nanos.recordValue(System.nanoTime() - start);
        }
        return nanos;
    }

    @Override
    public void close() throws IOException {
        thread.shutdown();
        admin.close();
    }
}
