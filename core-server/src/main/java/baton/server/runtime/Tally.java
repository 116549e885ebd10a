package baton.server.runtime;

import java.util.Locale;

/** What a server counts beside the requests of its loops. The names are those under which monitoring shows them. */
public enum Tally {
    /** Requests for a session, new or old. */
    CONNECTION_REQUEST_COUNT,
    /** Those of them for an old one. */
    CONNECTION_REVALIDATE_COUNT,
    /** Connections that ended, for whatever reason. */
    CONNECTION_DROP_COUNT,
    /** Connections that asked for no session in time. */
    SESSIONLESS_CONNECTIONS_EXPIRED,
    /** Answers to requests of clients that had gone meanwhile. */
    STALE_REPLIES,
    /** Sessions whose clients were not heard of for too long. */
    STALE_SESSIONS_EXPIRED,
    /** Requests taken by the sequencer. */
    PREP_PROCESSOR_REQUEST_QUEUED,
    /** Changes of nodes that were decided; those of a node by one transaction are one. */
    OUTSTANDING_CHANGES_QUEUED,
    /** Those of them that are in the tree, or were taken back. */
    OUTSTANDING_CHANGES_REMOVED,
    /** Transactions given to the log. */
    PROPOSAL_COUNT,
    /** Transactions applied to the tree. */
    COMMIT_COUNT,
    /** Snapshots written. */
    SNAP_COUNT,
    /** Snapshots that could not be written. */
    SNAPSHOT_ERROR_COUNT,
    /** Times the disk did not answer the thread that writes snapshots for too long. */
    SNAPSHOT_DISK_STUCK_COUNT,
    /** Snapshots asked for too soon after another. */
    SNAPSHOT_RATE_LIMITED_COUNT,
    /** Snapshots that were sent to replace everything, and did not. */
    RESTORE_ERROR_COUNT,
    /** Such that came too soon after another. */
    RESTORE_RATE_LIMITED_COUNT,
    /** Failures that ended the server's service. */
    UNRECOVERABLE_ERROR_COUNT,
    /** Proofs of identity that were refused. */
    AUTH_FAILED_COUNT,
    /** Clients that called this ensemble by its name. */
    ENSEMBLE_AUTH_SUCCESS,
    /** Clients that called another, and were turned away. */
    ENSEMBLE_AUTH_FAIL,
    /** Clients that called none, or any as there is no name. */
    ENSEMBLE_AUTH_SKIP,
    /** Clients that asked for a session without TLS, from other machines. */
    NON_MTLS_REMOTE_CONN_COUNT,
    /** Likewise, from this one. */
    NON_MTLS_LOCAL_CONN_COUNT,
    /** Batches of transactions whose way to the disk took longer than it should. */
    FSYNC_THRESHOLD_EXCEED_COUNT,
    /** Batches of transactions that made a log file longer, since none made ahead had room for them. */
    LOG_GROWN_COUNT,
    /** Times the digest of the tree was counted anew, and was right. */
    TREE_RECOUNT_COUNT,
    /** Bytes of watch events sent. */
    WATCH_BYTES,
    /** Frames cut off because they were too large. */
    LARGE_REQUESTS_REJECTED;

    private final String metric = name().toLowerCase(Locale.ROOT);

    /** Returns the name for people and tools. */
    public String metric() {
        return metric;
    }
}
