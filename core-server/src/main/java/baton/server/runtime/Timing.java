package baton.server.runtime;

import java.util.Locale;

/** What a server measures beside the latency of requests; each has one writing thread. Times are in nanoseconds. */
public enum Timing {
    /** Forcing the log to the disk; the log thread. */
    FSYNCTIME(true),
    /** From giving a batch to the log to its being durable; the log thread. */
    SYNC_PROCESS_TIME(true),
    /** Transactions that were forced together; the log thread. */
    SYNC_PROCESSOR_BATCH_SIZE(false),
    /** Writing a snapshot; the snapshot thread. */
    SNAPSHOTTIME(true),
    /** Reading the data directory back; the thread that starts the server. */
    DBINITTIME(true),
    /** Transactions replayed over the snapshot, at the start; the thread that starts the server. */
    STARTUP_TXNS_LOADED(false),
    /** Connections told of a created node; the sequencer, as with the three that follow. */
    NODE_CREATED_WATCH_COUNT(false),
    NODE_DELETED_WATCH_COUNT(false),
    NODE_CHANGED_WATCH_COUNT(false),
    NODE_CHILDREN_WATCH_COUNT(false);

    private final String metric = name().toLowerCase(Locale.ROOT);
    private final boolean time;

    Timing(boolean time) {
        this.time = time;
    }

    /** Returns the name for people and tools. */
    public String metric() {
        return metric;
    }

    /** Says whether nanoseconds are measured; if not, it is a plain number. */
    public boolean isTime() {
        return time;
    }
}
