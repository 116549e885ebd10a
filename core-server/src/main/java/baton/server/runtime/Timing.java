package baton.server.runtime;

import java.util.Locale;

/** What a server measures beside the latency of requests; each has one writing thread. Times are in nanoseconds. */
public enum Timing {
    /** Forcing the log to the disk; the log thread. */
    FSYNCTIME(true),
    /** From giving a batch to the log to its being durable; the log thread. */
    SYNC_PROCESS_TIME(true),
    /** From checking a request to its being the log's turn to write it down, by the wall clock; the log thread. */
    SYNC_PROCESSOR_QUEUE_TIME_MS(true),
    /** From checking a request to its being durable, likewise. */
    SYNC_PROCESSOR_QUEUE_AND_FLUSH_TIME_MS(true),
    /** Transactions that were forced together; the log thread. */
    SYNC_PROCESSOR_BATCH_SIZE(false),
    /** Transactions that had come up when a batch was begun; the log thread. */
    SYNC_PROCESSOR_QUEUE_SIZE(false),
    /** Writing a snapshot; the snapshot thread. */
    SNAPSHOTTIME(true),
    /** From the end of a snapshot that was sent to the server's serving what is in it; the thread that does it. */
    RESTORE_TIME(true),
    /** Reading the data directory back; the thread that starts the server. */
    DBINITTIME(true),
    /** Of that, reading the snapshot. */
    STARTUP_SNAP_LOAD_TIME(true),
    /** And the rest: replaying the log, and making sure that it is durable. */
    STARTUP_TXNS_LOAD_TIME(true),
    /** Transactions replayed over the snapshot, at the start; the thread that starts the server. */
    STARTUP_TXNS_LOADED(false),
    /** From the proposal of a transaction to everybody's seeing it; the sequencer, as with all that follow. */
    PROPAGATION_LATENCY(true),
    /** Checking a request: that of each in a turn is the average of all. */
    PREP_PROCESS_TIME(true),
    /** From the turn that proposes a transaction to the one that gives it to the log: the same, unless its queue is full. */
    PROPOSAL_PROCESS_TIME(true),
    /** From the arrival of a request to the turn that checks it. */
    PREP_PROCESSOR_QUEUE_TIME_MS(true),
    /** Deciding what the end of a session takes along, if its client has asked for it. */
    CLOSE_SESSION_PREP_TIME(true),
    /** Requests that had come up when a turn began to take some. */
    PREP_PROCESSOR_QUEUE_SIZE(false),
    /** How many sessions fewer than at most could be opened at once, when somebody asked for one. */
    CONNECTION_TOKEN_DEFICIT(false),
    /** How long the server stood still, as long as it has sessions: else no tick is awaited. */
    JVM_PAUSE_TIME_MS(true),
    /** Connections told of a created node. */
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
