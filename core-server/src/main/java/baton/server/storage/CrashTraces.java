package baton.server.storage;

import java.io.IOException;
import java.util.Optional;

/**
 * Tells what a power cut leaves of a log from damage to it, where the log alone cannot.
 *
 * @param durable up to where the history was once durable; nothing if that is not known
 * @param batchBytesMax most that a crash may have left half written
 */
record CrashTraces(Optional<Watermark.Mark> durable, long batchBytesMax) {
    long durableZxid() {
        return durable.isPresent() ? durable.get().zxid() : 0;
    }

    /**
     * Says whether the newest log, which begins with another record than it should, is one that a power cut has found begun
     * and not synced yet: a file system may have given it blocks of an older log. That it is, if we were writing to this very
     * log and nothing in it is known to have been durable, and no more stands in it than a batch may have.
     *
     * @param lastZxid the last transaction before it
     */
    boolean isOnlyBegun(ZxidFile file, LogScan scan, long lastZxid) throws IOException {
        return !scan.beginsWith(file.zxid())
                && wasWrittenTo(file)
                && durableZxid() < file.zxid()
                && ZxidOrder.follows(lastZxid, file.zxid())
                && scan.contentBytes() <= batchBytesMax;
    }

    /**
     * Says whether a bad place that valid records follow is what a power cut leaves of one batch: any of its sectors, of
     * which nobody was told that they are durable. That it is, if we were writing to this very log, everything that is known
     * to have been durable stands before it, and no more behind it than a batch may have.
     *
     * @param lastZxid the last transaction before it
     */
    boolean isTornBatch(ZxidFile file, LogScan scan, long lastZxid) {
        return wasWrittenTo(file)
                && durableZxid() <= Math.max(lastZxid, file.zxid() - 1)
                && scan.badBytes() <= batchBytesMax;
    }

    private boolean wasWrittenTo(ZxidFile file) {
        return durable.isPresent() && durable.get().isOf(file.path());
    }
}
