package baton.server.runtime;

import baton.server.storage.DirectorySizes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * How much the server's directories hold. One look at the disk at a time: whoever asks meanwhile is told what it finds. On
 * a disk that hangs at most {@value ReportThreads#WAITING_MAX} wait for that; others are told what was found before.
 * Thread-safe.
 */
final class DirectoryLook {
    private final Supplier<DirectorySizes> disk;
    private final ReportThreads threads;

    // Written by whoever looks, one at a time.
    private volatile DirectorySizes last = DirectorySizes.NOTHING;

    // Guarded by this.
    private CompletableFuture<DirectorySizes> current = CompletableFuture.completedFuture(last);

    /** @param disk does I/O, and may throw what keeps it from that */
    DirectoryLook(Supplier<DirectorySizes> disk, ReportThreads threads) {
        this.disk = disk;
        this.threads = threads;
    }

    /** Looks at the disk, or waits for somebody who does. */
    synchronized CompletionStage<DirectorySizes> now() {
        if (current.isDone()) {
            current = threads.report(ReportKind.OUTSIDE, this::look)
                    .thenApply(found -> found.orElse(last))
                    .toCompletableFuture();
        }
        return current.getNumberOfDependents() < ReportThreads.WAITING_MAX
                ? current
                : CompletableFuture.completedFuture(last);
    }

    /** Returns what was last found, and has somebody look again for the next time. */
    DirectorySizes last() {
        CompletionStage<DirectorySizes> unused = now();
        return last;
    }

    private DirectorySizes look() {
        DirectorySizes found = disk.get();
        last = found;
        return found;
    }
}
